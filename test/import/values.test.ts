import { describe, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../src/error/error-codes.js'
import { withImportStage } from '../support/import-stage.js'
import { itUnlessClient } from '../support/unless-client.js'

const SCHEMA = `
enum Size {
  SMALL  @map("small size")
  LARGE
}

model Reading {
  id      Int       @id @default(autoincrement())
  at      DateTime?
  value   Float?
  price   Decimal?  @db.Decimal(8, 2)
  isValid Boolean?
  raw     Bytes?
  size    Size?
  note    String?   @db.VarChar(3)
  sizes   Size[]
}
`

describe('values', () => {
  it.each<[string, string, ErrorCode, RegExp]>([
    ['at', '31/01/2020', 'VALUES.INVALID_DATE_TIME', /ISO 8601, such as/],
    ['at', 'infinity', 'VALUES.SPECIAL', /a word such as infinity/],
    ['at', 'now', 'VALUES.SPECIAL', /seldom meant as a value/],
    ['value', 'NaN', 'VALUES.SPECIAL', /a word such as/],
    ['value', '0x1F', 'VALUES.INVALID_NUMBER', /A number is decimal/],
    ['price', '1.005', 'VALUES.TOO_PRECISE', /PostgreSQL would round it/],
    ['isValid', 'maybe', 'VALUES.INVALID_BOOLEAN', /A Boolean is/],
    ['raw', 'not bytes', 'VALUES.INVALID_BYTES', /two hexadecimal digits for each/],
    ['size', 'HUGE', 'VALUES.UNKNOWN_ENUM_VALUE', /which has "small size", "LARGE", "SMALL"/],
    ['note', 'abcd', 'VALUES.TOO_LONG', /the column takes 3/],
    ['sizes', 'a;b', 'VALUES.INVALID_LIST', /an array of PostgreSQL/],
    ['sizes', '[""SMALL"",""HUGE""]', 'VALUES.UNKNOWN_ENUM_VALUE', /Element 2 of the list/],
  ])('of %s refuse %s with their place, and nothing is written', (field, text, code, why) =>
    withImportStage(
      { schema: SCHEMA, files: { 'Reading.csv': `id,${field}\n1,\n2,"${text}"\n` } },
      async (stage) => {
        const before = await stage.snapshot()

        const importing = stage.importModels()

        await expect(importing).rejects.toMatchObject({
          code,
          details: {
            why: expect.stringMatching(why),
            fix: expect.stringMatching(/, then import again: nothing was written\.$/),
            meta: { line: 3, column: 3, model: 'Reading', header: field },
          },
        })
        await expect(importing).rejects.not.toMatchObject({
          message: expect.stringContaining(`"${text}"`),
        })
        expect(await stage.snapshot()).toEqual(before)
      },
    ),
  )

  itUnlessClient('a Date and JSON have no infinity')(
    'that are special are stored when they are allowed',
    () =>
      withImportStage(
        { schema: SCHEMA, files: { 'Reading.csv': 'id,at,value\n1,-infinity,NaN\n2,epoch,inf\n' } },
        async (stage) => {
          await stage.importModels({ allowSpecial: true })

          expect(
            await stage.query('select at::text, value::text from "Reading" order by id'),
          ).toEqual([
            ['-infinity', 'NaN'],
            ['1970-01-01 00:00:00', 'Infinity'],
          ])
        },
      ),
  )

  it('mean the same in every spelling', () =>
    withImportStage(
      {
        schema: SCHEMA,
        files: {
          'Reading.csv': `\
id,at,price,isValid,raw,size,note,sizes
1,2020-01-31T23:30:00.123-02:00,1.5,yes,\\x00ff,SMALL,ünï,"{SMALL,LARGE}"
2,2020-02-01 01:30:00.123,1.500,TRUE,AP8=,small size,"ünï","[""small size"",""LARGE""]"
`,
        },
      },
      async (stage) => {
        await stage.importModels()

        const rows = await stage.query(
          `select at::text, price::text, "isValid", raw::text, size::text, note, sizes::text
           from "Reading" order by id`,
        )
        const row = [
          '2020-02-01 01:30:00.123',
          '1.50',
          true,
          '\\x00ff',
          'small size',
          'ünï',
          '{"small size",LARGE}',
        ]
        expect(rows).toEqual([row, row])
      },
    ))

  itUnlessClient('it does not know the values')(
    'come from names of an enum that only the database has',
    () =>
      withImportStage(
        {
          schema: SCHEMA,
          rows: `alter type "Size" add value 'huge'`,
          files: { 'Reading.csv': 'id,size\n1,huge\n' },
        },
        async (stage) => {
          await stage.importModels()

          expect(await stage.query('select size::text from "Reading"')).toEqual([['huge']])
        },
      ),
  )
})
