import { describe, expect, it } from '@jest/globals'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY, ROLES } from '../support/roles.js'

const SCHEMA = `
model Note {
  id   Int    @id @default(autoincrement())
  text String
}
`

/** The role may or may not look at it. */
const USED_UP = `
alter sequence "Note_id_seq" maxvalue 40;
select setval('"Note_id_seq"', 39)`

describe('a sequence that has no id for every row', () => {
  it.each(ROLES)('stops the import before it takes one, for $name', ({ grants }) =>
    withNotes(USED_UP, async (stage) => {
      const url = await createRole(stage, grants)

      const importing = stage.importModels({ url })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.OUT_OF_RANGE',
        details: {
          fix: expect.stringContaining('alter sequence public."Note_id_seq" as bigint maxvalue'),
          meta: { table: 'public.Note', column: 'id', sequence: 'public."Note_id_seq"' },
        },
      })
      expect(await stage.query('select last_value::int from "Note_id_seq"')).toEqual([[39]])
    }),
  )

  it('is no matter where keys are kept', () =>
    withNotes(USED_UP, async (stage) => {
      await stage.query(`select nextval('"Note_id_seq"')`)
      const url = await createRole(stage, INSERT_ONLY)

      await stage.importModels({ url, strategy: 'none' })

      expect(await stage.query('select id from "Note" order by 1')).toEqual([[7], [8]])
    }))

  it('does once what the error says was done', () =>
    withNotes(USED_UP, async (stage) => {
      const fix = await stage.importModels().then(String, ({ details }) => String(details.fix))
      await stage.client.query(/alter .*;/.exec(fix)?.[0] ?? '')

      await stage.importModels()

      expect(await stage.query('select id from "Note" order by 1')).toEqual([[40], [41]])
    }))

  it('does once the column was widened as the error says', () =>
    withNotes(`select setval('"Note_id_seq"', 2147483646)`, async (stage) => {
      const fix = await stage.importModels().then(String, ({ details }) => String(details.fix))
      await stage.client.query(/alter .*;/.exec(fix)?.[0] ?? '')

      await stage.importModels()

      expect(await stage.query('select id from "Note" order by 1')).toEqual([
        ['2147483647'],
        ['2147483648'],
      ])
    }))
})

function withNotes(sql: string, use: (stage: ImportStage) => Promise<void>): Promise<void> {
  const files = { 'Note.csv': 'id,text\n7,a\n8,b\n' }
  return withImportStage({ schema: SCHEMA, rows: sql, files }, use)
}
