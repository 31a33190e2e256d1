import { describe, expect, it } from '@jest/globals'
import { withImportStage } from '../support/import-stage.js'

const SCHEMA = `
enum Role {
  READER @map("reader")
  WRITER
}
model User {
  id     Int    @id @default(autoincrement())
  email  String @unique
  role   Role   @default(READER)
  bossId Int?
  boss   User?  @relation("team", fields: [bossId], references: [id])
  team   User[] @relation("team")
  posts  Post[]
  tags   Tag[]
}
model Post {
  id       Int    @id @default(autoincrement())
  authorId Int
  title    String
  author   User   @relation(fields: [authorId], references: [id])
}
model Tag {
  name  String @id
  users User[]
}`

const EXISTING = `insert into "User" (email) values ('old@example.org');`

describe('rows of a program', () => {
  it('become rows with new keys, references follow', () =>
    withImportStage({ schema: SCHEMA, rows: EXISTING }, async ({ importModels, query }) => {
      const { batch, models } = await importModels({
        rows: {
          Post: posts(),
          User: [
            { id: 7, email: 'b@example.org', bossId: 9, role: 'WRITER' },
            { id: 9, email: 'a@example.org', bossId: null, role: 'READER' },
          ],
          Tag: new Set([{ name: 'x' }]),
          _TagToUser: [{ A: 'x', B: 9 }],
        },
      })

      expect(batch.name).toBe('rows')
      expect(models.map(({ model, file, loaded }) => [model, file, loaded])).toEqual([
        ['Tag', 'rows.Tag', 1],
        ['User', 'rows.User', 2],
        ['Post', 'rows.Post', 2],
        ['_TagToUser', 'rows._TagToUser', 1],
      ])
      expect(await query('select id, email, role, "bossId" from "User" order by id')).toEqual([
        [1, 'old@example.org', 'reader', null],
        [2, 'b@example.org', 'WRITER', 3],
        [3, 'a@example.org', 'reader', null],
      ])
      expect(await query('select "authorId", title from "Post" order by id')).toEqual([
        [2, 'Hello, "world"\n'],
        [3, ''],
      ])
      expect(await query('select * from "_TagToUser"')).toEqual([['x', 3]])
    }))

  it('leave to its default what no row has, and models that were not asked for', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, query }) => {
      await importModels({
        rows: { User: [{ id: 1, email: 'a' }], Post: [{ id: 1, authorId: 99, title: 'x' }] },
        models: ['User'],
        strategy: 'none',
      })

      expect(await query('select id, email, role from "User"')).toEqual([[1, 'a', 'reader']])
      expect(await query('select from "Post"')).toEqual([])
    }))

  it('may be none', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, planImport }) => {
      const { models } = await importModels({ rows: { User: [] } })
      const plan = await planImport({ rows: { User: [], Tag: undefined } })

      expect(models).toMatchObject([{ model: 'User', read: 0, loaded: 0 }])
      expect(plan.problems).toEqual([])
      expect(plan.models.map(({ model }) => model)).toEqual(['User'])
    }))

  it('are named by their number in errors, whatever line breaks they hold', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, snapshot }) => {
      const before = await snapshot()
      const titles = Array.from({ length: 2000 }, (_, i) => ({
        id: i,
        authorId: 1,
        title: 'a\n\nb',
      }))

      const importing = importModels({
        rows: {
          User: [{ id: 1, email: 'a' }],
          Post: [...titles, { id: 2000, authorId: 4, title: 'c' }],
        },
      })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        message: expect.stringContaining('rows.Post, row 2001: "authorId" of Post'),
        details: { meta: { file: 'rows.Post', line: 2001, isRow: true } },
      })
      expect(await snapshot()).toEqual(before)
    }))

  it('say by their number which key stands twice and which row PostgreSQL refuses', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels }) => {
      const twice = importModels({
        rows: {
          User: [
            { id: 1, email: 'a\n' },
            { id: 2, email: 'b' },
            { id: 2, email: 'c' },
          ],
        },
      })
      await expect(twice).rejects.toMatchObject({
        code: 'KEYS.DUPLICATE',
        message: expect.stringContaining('rows 2 and 3 have the same'),
      })

      const refused = importModels({
        rows: {
          User: [
            { id: 1, email: 'a\n' },
            { id: 2, email: 'b' },
            { id: 3, email: 'b' },
          ],
        },
      })
      await expect(refused).rejects.toMatchObject({
        code: 'LOAD.DUPLICATE',
        message: expect.stringContaining('rows.User, row 3: '),
      })
    }))

  it('leave nothing behind when what gives them throws', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels, snapshot }) => {
      const before = await snapshot()
      const cause = new TypeError('secret')
      async function* failing() {
        yield { id: 1, email: 'a' }
        throw cause
      }

      const importing = importModels({ rows: { User: failing() } })

      const error = await importing.catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'ROWS.FAILED', cause })
      expect(String(error)).toContain('rows.User, row 2: the program that gives it threw TypeError')
      expect(String(error)).not.toContain('secret')
      expect(await snapshot()).toEqual(before)
    }))

  it('are asked for no more once one is wrong or the import is stopped', () =>
    withImportStage({ schema: SCHEMA }, async ({ importModels }) => {
      let ended = 0
      async function* endless(row: object) {
        try {
          for (;;) yield row
        } finally {
          ended++
        }
      }

      const wrong = importModels({ rows: { User: endless({ id: 'x' }) } })
      await expect(wrong).rejects.toMatchObject({ code: 'ROWS.WRONG_TYPE' })
      expect(ended).toBe(1)

      const stop = new AbortController()
      const stopped = importModels({
        rows: { User: endless({ id: 1, email: 'a' }) },
        signal: stop.signal,
      })
      stop.abort()
      await expect(stopped).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
    }))
})

async function* posts() {
  yield { id: 1, authorId: 7, title: 'Hello, "world"\n' }
  yield { id: 2, authorId: 9, title: '' }
}
