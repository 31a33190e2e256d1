import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

const SCHEMA = `
enum Mood {
  HAPPY @map("happy")
}
model Person {
  id     Int      @id @default(autoincrement())
  email  String   @unique
  mood   Mood?
  tags   String[]
  bossId Int?
  boss   Person?  @relation("team", fields: [bossId], references: [id])
  team   Person[] @relation("team")
  notes  Note[]
}
model Note {
  id       Int    @id @default(autoincrement())
  personId Int
  text     String
  person   Person @relation(fields: [personId], references: [id])
}`

const PEOPLE = 'id,email,mood,tags,bossId\n7,a,HAPPY,"{x,""y z""}",9\n9,"b\t\\N\n",,{},\n'

const FILES = {
  'Person.csv': PEOPLE,
  'Note.csv': `id,personId,text\n${Array.from({ length: 40_000 }, (_, id) => `${id},${id % 2 === 0 ? 7 : 9},note ${id}\n`).join('')}`,
}

const INSERT: Partial<ImportOptions> = { useCopy: false }

describe('an import without COPY', () => {
  it('gives what one by COPY gives', async () => {
    const load = (options: Partial<ImportOptions>) =>
      withImportStage({ schema: SCHEMA, files: FILES }, async ({ importModels, snapshot }) => {
        const { models } = await importModels(options)
        return {
          models: models.map(({ read, loaded, keys }) => ({ read, loaded, keys })),
          rows: await snapshot(),
        }
      })

    expect(await load(INSERT)).toEqual(await load({ useCopy: true }))
  })

  it('says in its plan what takes the place of COPY', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async ({ planImport }) => {
      const { steps } = await planImport({ ...INSERT, fkMode: 'checked' })

      expect(steps.map(({ technique, why }) => [technique, why])).toEqual([
        [
          'staged',
          'COPY is not to be used, and one statement has to take all rows of Person, which refer to each other or fire a trigger once: they wait until all are there.',
        ],
        [
          'checked',
          'Parents come first and constraints stay in place: PostgreSQL checks every row. Rows go in by INSERT, as COPY is not to be used.',
        ],
      ])
    }))

  it('has rows wait as parameters where there may be no temporary tables', () =>
    withImportStage({ schema: SCHEMA, files: { 'Person.csv': PEOPLE } }, async (stage) => {
      const url = await createRole(
        stage,
        `${INSERT_ONLY}; revoke temporary on database DATABASE from public`,
      )

      await stage.importModels({ ...INSERT, url })

      expect(await stage.query('select email, "bossId" from "Person" order by id')).toEqual([
        ['a', 2],
        ['b\t\\N\n', null],
      ])
    }))

  it.each([
    ['a value that its column cannot store', '50001,7,x\n50002,7x,x\n', 'LOAD.VALUE_REFUSED'],
    ['a row that stands in an earlier statement', '50001,7,x\n5,7,x\n', 'LOAD.DUPLICATE'],
    ['a row that stands in the same statement', '50001,7,x\n50001,7,x\n', 'LOAD.DUPLICATE'],
  ])('finds %s', async (_, more, code) => {
    const notes = `${FILES['Note.csv']}${more}`
    const files = { ...FILES, 'Note.csv': notes }

    await withImportStage({ schema: SCHEMA, files }, async ({ importModels, snapshot }) => {
      const before = await snapshot()
      const importing = importModels({ ...INSERT, strategy: 'none' })

      // Of a row that stands in an earlier statement the first one is told.
      const line = more.includes('\n5,') ? 7 : notes.split('\n').length - 1
      await expect(importing).rejects.toMatchObject({ code, details: { meta: { line } } })
      expect(await snapshot()).toEqual(before)
    })
  })

  it('stops when it is told to', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async ({ importModels, snapshot }) => {
      const stop = new AbortController()

      const importing = importModels({
        ...INSERT,
        signal: stop.signal,
        onProgress: (event) => {
          if (event.type === 'file-progress' && event.phase === 'load') stop.abort()
        },
      })

      await expect(importing).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
      expect(Object.values(await snapshot()).flat()).toEqual([])
    }))
})
