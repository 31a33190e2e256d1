import { describe, expect, it } from '@jest/globals'
import { withImportStage } from '../support/import-stage.js'

const SCHEMA = `
enum Role {
  READER @map("reader")
  WRITER
}
model All {
  id       BigInt     @id
  int      Int?
  float    Float?
  decimal  Decimal?   @db.Decimal(30, 10)
  boolean  Boolean?
  dateTime DateTime?
  zoned    DateTime?  @db.Timestamptz(3)
  day      DateTime?  @db.Date
  time     DateTime?  @db.Time(3)
  json     Json?
  bytes    Bytes?
  role     Role?
  text     String?
  texts    String[]
  roles    Role[]
  jsons    Json[]
  blobs    Bytes[]
  dates    DateTime[]
  point    Unsupported("point")?
}`

/** As Prisma Client has them, of which only their shape is known. */
const JSON_NULL = { _getName: () => 'JsonNull' }
const DB_NULL = { _getName: () => 'DbNull' }

describe('values of rows', () => {
  it('are stored as Prisma Client stores them', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, query }) => {
      const at = new Date('2026-01-31T23:30:00.125Z')

      await importModels({
        strategy: 'none',
        rows: {
          All: [
            {
              id: 9007199254740993n,
              int: -5,
              float: 1e-7,
              decimal: { s: 1, e: 19, d: [], toFixed: () => '12345678901234567890.0123456789' },
              boolean: false,
              dateTime: at,
              zoned: at,
              day: at,
              time: at,
              json: { a: [1, 'é"\n'] },
              bytes: new Uint8Array([0, 255]).subarray(1),
              role: 'READER',
              text: '\ufeff\ttab\\N, "quoted"\r\n😀',
              texts: ['a,"b"', '', 'NULL', '{\\'],
              roles: ['READER', 'WRITER'],
              jsons: [{ a: 1 }, 'x', JSON_NULL],
              blobs: [Buffer.from('a')],
              dates: [at],
              point: '(1,2)',
            },
          ],
        },
      })

      expect(
        await query(`
select id, "int", "float", "decimal", "boolean", "dateTime"::text, (zoned at time zone 'utc')::text,
  "day"::text, "time"::text, json, encode(bytes, 'hex'), role, text, texts, roles::text[],
  jsons::text, blobs::text, dates::text, point::text
from "All"`),
      ).toEqual([
        [
          '9007199254740993',
          -5,
          1e-7,
          '12345678901234567890.0123456789',
          false,
          '2026-01-31 23:30:00.125',
          '2026-01-31 23:30:00.125',
          '2026-01-31',
          '23:30:00.125',
          { a: [1, 'é"\n'] },
          'ff',
          'reader',
          '\ufeff\ttab\\N, "quoted"\r\n😀',
          ['a,"b"', '', 'NULL', '{\\'],
          ['reader', 'WRITER'],
          `{"{\\"a\\": 1}","\\"x\\"","null"}`,
          '{"\\\\x61"}',
          '{"2026-01-31 23:30:00.125"}',
          '(1,2)',
        ],
      ])
    }))

  it('may be written otherwise, too', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, query }) => {
      await importModels({
        strategy: 'none',
        rows: {
          All: [
            { id: 1, decimal: '1.5', dateTime: '2026-01-31T01:00:00+01:00', json: 'text' },
            { id: 2n, decimal: 2.5, int: 3n, json: JSON_NULL },
            { id: 3, decimal: 3n, json: DB_NULL },
            { id: 4, decimal: null, json: null, texts: undefined },
          ],
        },
      })

      expect(
        await query('select id, "decimal"::float, json::text, "dateTime"::text, "int" from "All"'),
      ).toEqual([
        ['1', 1.5, '"text"', '2026-01-31 00:00:00', null],
        ['2', 2.5, 'null', null, 3],
        ['3', 3, null, null, null],
        ['4', null, null, null, null],
      ])
    }))

  it('are empty lists where others have lists', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, query }) => {
      await importModels({ strategy: 'none', rows: { All: [{ id: 1, texts: ['a'] }, { id: 2 }] } })

      expect(await query('select texts from "All" order by id')).toEqual([[['a']], [[]]])
    }))
})
