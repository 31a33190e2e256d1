import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { Decimal } from '@prisma/client/runtime/client'
import type { RowsByModel } from '../../src/import/plan-options.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
enum Color {
  RED @map("red")
}
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String @unique
  notes Note[]
}
model Note {
  id       Int      @id @default(autoincrement())
  tenantId Int
  text     String
  price    Decimal?
  tags     String[]
  color    Color?
  at       DateTime?
  data     Bytes?
  meta     Json?
  tenant   Tenant   @relation(fields: [tenantId], references: [id])
}`

const AT = new Date('2024-05-06T07:08:09.010Z')

const NOTE = {
  tenantId: 1,
  text: 'a "b",\r\n=c',
  price: new Decimal('1e-20'),
  tags: ['x,y', ''],
  color: 'RED',
  at: AT,
  data: new Uint8Array([0, 255]),
  meta: { a: null },
}

/** As the column has it. */
const PRICE = '0.000000000000000000010000000000'

const ROWS: RowsByModel = {
  Tenant: [
    { id: 1, slug: 'a' },
    { id: 2, slug: 3 },
    { id: 3, slug: 'a' },
  ],
  Note: [
    { ...NOTE, id: 1 },
    { ...NOTE, id: 2, text: 5, price: {} },
    { ...NOTE, id: 3, tenantId: 2 },
    { ...NOTE, id: 4, tenantId: 3, meta: null },
    { ...NOTE, id: 5, colour: 'RED' },
    ['no row'],
    { ...NOTE, id: 7, text: '' },
    { ...NOTE, id: 8, text: 'bad' },
  ],
}

const CHECKED = `alter table "Note" add constraint good check (text <> 'bad')`

describe('rows of a program that cannot be loaded', () => {
  it('are rejected by their number, those that cannot even be written too', () =>
    withRejects(async ({ importModels, rejects, read, query }) => {
      const result = await importModels({ rows: ROWS, onBadRow: 'reject', rejects })

      expect(result.models).toMatchObject([
        { model: 'Tenant', read: 3, loaded: 1, rejected: 2 },
        { model: 'Note', read: 8, loaded: 2, rejected: 6 },
      ])
      expect(result.rejects).toMatchObject({
        folder: rejects,
        files: ['Tenant.rejected.csv', 'Note.rejected.csv'],
      })
      expect(
        result.rejects?.rows?.map(({ file, line, column, code }) => [file, line, column, code]),
      ).toEqual([
        ['rows.Tenant', 2, 'slug', 'ROWS.WRONG_TYPE'],
        ['rows.Tenant', 3, 'slug', 'LOAD.DUPLICATE'],
        ['rows.Note', 2, 'text', 'ROWS.WRONG_TYPE'],
        ['rows.Note', 3, 'tenantId', 'KEYS.REFERS_TO_REJECTED'],
        ['rows.Note', 4, 'tenantId', 'KEYS.REFERS_TO_REJECTED'],
        ['rows.Note', 5, null, 'ROWS.UNKNOWN_FIELD'],
        ['rows.Note', 6, null, 'ROWS.NOT_A_ROW'],
        ['rows.Note', 8, null, 'LOAD.CHECK_VIOLATION'],
      ])
      expect(await read('Tenant.rejected.csv')).toBe(`\
"id","slug","_file","_line","_column","_code","_reason"
2,,"rows.Tenant","2","slug","ROWS.WRONG_TYPE","""slug"" of Tenant takes a string, but got a number. Left empty in a file of rejected rows: ""slug""."
3,a,"rows.Tenant","3","slug","LOAD.DUPLICATE","""slug"" must be different in every row, but rows.Tenant, row 1 has the same."
`)
      expect((await read('Note.rejected.csv')).split('\n').slice(0, 3).join('\n')).toBe(`\
"id","tenantId","text","price","tags","color","at","data","meta","_file","_line","_column","_code","_reason"
2,1,,,"{""x,y"",""""}",red,2024-05-06T07:08:09.010Z,\\x00ff,"{""a"":null}","rows.Note","2","text","ROWS.WRONG_TYPE","""text"" of Note takes a string, but got a number. Left empty in a file of rejected rows: ""text"", ""price""."
3,2,"a ""b"",\r`)
      expect(await query('select price::text from "Note" order by id')).toEqual([[PRICE], [PRICE]])
    }))

  it('can be imported as files once they are corrected, to what the rows would have become', () =>
    withRejects(async ({ importModels, rejects, read, query }) => {
      await importModels({ rows: ROWS, onBadRow: 'reject', rejects })
      const [tenants, notes] = await Promise.all(
        ['Tenant.rejected.csv', 'Note.rejected.csv'].map((name) => read(name)),
      )
      const files = {
        'Tenant.csv': `${tenants}`.replace('2,,', '2,b,').replace('3,a', '3,c'),
        'Note.csv': `${notes}`
          .replace(/^2,1,,,/m, '2,2,"a ""b"",\r\n=c",0.00000000000000000001,')
          .replace(/^5,1,/m, '5,2,')
          .replace(/^8,1,bad,/m, '8,2,good,')
          .replace(/^,,.*\n/m, ''),
      }

      const result = await withCsvFolder(files, (from) => importModels({ from }))

      expect(result.models).toMatchObject([{ loaded: 2 }, { loaded: 5 }])
      const stored = await query(`
select count(*)::int, text, price::text, tags, color, at::text, data::text, meta::text
from "Note" group by 2, 3, 4, 5, 6, 7, 8 order by 1 desc, 2`)
      const others = [PRICE, ['x,y', ''], 'red', '2024-05-06 07:08:09.01', '\\x00ff']
      expect(stored).toEqual([
        [4, NOTE.text, ...others, '{"a": null}'],
        [1, '', ...others, '{"a": null}'],
        [1, NOTE.text, ...others, null],
        [1, 'good', ...others, '{"a": null}'],
      ])
    }))

  it('are told by a plan that looks at them, and may be too many', () =>
    withRejects(async ({ planImport, importModels, rejects, snapshot }) => {
      const before = await snapshot()

      const plan = await planImport({ rows: ROWS, check: true })
      const importing = importModels({
        rows: ROWS,
        onBadRow: 'reject',
        maxRejects: 2,
        safeCells: true,
        rejects,
      })

      expect(plan.rowProblems).toMatchObject({ rows: 11, total: 7 })
      expect(plan.rowProblems?.byKind[0]).toMatchObject({
        model: 'Note',
        code: 'KEYS.REFERS_TO_REJECTED',
        count: 2,
        examples: [
          { file: 'rows.Note', line: 3 },
          { file: 'rows.Note', line: 4 },
        ],
      })
      await expect(importing).rejects.toMatchObject({
        code: 'IMPORT.TOO_MANY_REJECTS',
        details: { meta: { rejected: 7, rows: 11 } },
      })
      expect(await snapshot()).toEqual(before)
    }))

  it('keep their numbers where rows have a single field', () =>
    withImportStage(
      { schema: 'model Word {\n  text String? @unique\n  id Int @id @default(autoincrement())\n}' },
      ({ importModels }) =>
        withCsvFolder({}, async (folder) => {
          const rejects = path.join(folder, 'bad')
          const rows = { Word: [{ text: 1 }, { text: null }, { text: 'a' }, { text: 'a' }, []] }

          const result = await importModels({ rows, onBadRow: 'reject', rejects })

          expect(result.models).toMatchObject([{ read: 5, loaded: 2, rejected: 3 }])
          expect(result.rejects?.rows?.map(({ line }) => line)).toEqual([1, 4, 5])
        }),
    ))

  it('end the import as ever where nobody asks for rejects', () =>
    withRejects(async ({ importModels, planImport }) => {
      const wanted = { code: 'ROWS.WRONG_TYPE', details: { meta: { model: 'Tenant', row: 2 } } }

      await expect(importModels({ rows: ROWS })).rejects.toMatchObject(wanted)
      await expect(planImport({ rows: ROWS })).rejects.toMatchObject(wanted)
    }))
})

function withRejects(
  use: (
    stage: ImportStage & {
      readonly rejects: string
      read(name: string): Promise<string>
    },
  ) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: SCHEMA, rows: CHECKED }, (stage) =>
    withCsvFolder({}, async (folder) => {
      const rejects = path.join(folder, 'bad')
      const read = (name: string) => readFile(path.join(rejects, name), 'utf8')
      await use({ ...stage, rejects, read })
    }),
  )
}
