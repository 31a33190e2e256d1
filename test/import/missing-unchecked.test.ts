import { describe, expect, it } from '@jest/globals'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model User {
  id    Int    @id @default(autoincrement())
  name  String
}

model Note {
  code     String @id
  /// @gyro.references(User.id)
  writerId Int?
}
`

const FILES = {
  'User.csv': 'id,name\n1,a\n2,b\n',
  'Note.csv': 'code,writerId\nx,2\ny,\nz,70\n',
}

const ROWS = `
insert into "User" values (70, 'there');
select setval('"User_id_seq"', 100)`

const NOTES = 'select code, "writerId" from "Note" order by code'

function withNotes<Result>(
  setup: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SCHEMA, rows: ROWS, files: FILES, ...setup }, use)
}

describe('a reference that no foreign key checks', () => {
  it('fails by default', () =>
    withNotes({}, async (stage) => {
      await expect(stage.importModels()).rejects.toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { line: 4 } },
      })
    }))

  it('keeps its value where the row is there', () =>
    withNotes({}, async (stage) => {
      const { checks } = await stage.importModels({ missingReference: 'keep' })

      expect(await stage.query(NOTES)).toEqual([
        ['x', 102],
        ['y', null],
        ['z', 70],
      ])
      expect(checks[1]?.detail).toBe('No dangling references: 1 looked up.')
    }))

  it('does not keep a value that no row has', () =>
    withNotes({ files: { ...FILES, 'Note.csv': 'code,writerId\nx,2\nz,71\n' } }, async (stage) => {
      const importing = stage.importModels({ missingReference: { Note: 'keep' } })

      await expect(importing).rejects.toMatchObject({
        code: 'IMPORT.CHECK_FAILED',
        details: { why: expect.stringContaining('(1 rows)') },
      })
      expect(await stage.query(NOTES)).toEqual([])
    }))

  it('becomes NULL', () =>
    withNotes({}, async (stage) => {
      await stage.importModels({ missingReference: { Note: { writerId: 'null' } } })

      expect(await stage.query(NOTES)).toEqual([
        ['x', 102],
        ['y', null],
        ['z', null],
      ])
    }))

  it('has its row put aside', () =>
    withNotes({}, async (stage) => {
      const { models } = await stage.importModels({
        missingReference: 'reject',
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      expect(await stage.query(NOTES)).toEqual([
        ['x', 102],
        ['y', null],
      ])
      expect([models[1]?.read, models[1]?.loaded, models[1]?.rejected]).toEqual([3, 2, 1])
    }))
})

const TEAMS = `
model Team {
  id      Int    @id @default(autoincrement())
  ownerId Int?
  owner   User?  @relation("owner", fields: [ownerId], references: [id])
  users   User[] @relation("team")
}

model User {
  id     Int    @id @default(autoincrement())
  teamId Int?
  team   Team?  @relation("team", fields: [teamId], references: [id])
  owned  Team[] @relation("owner")
}
`

const TEAM_ROWS = `
insert into "Team" values (70, null);
insert into "User" values (80, 70);
select setval('"Team_id_seq"', 100), setval('"User_id_seq"', 200)`

const TEAM_FILES = {
  'Team.csv': 'id,ownerId\n1,5\n2,80\n',
  'User.csv': 'id,teamId\n5,1\n6,70\n',
}

const USERS = `
select 'team', id, "ownerId" from "Team" where id > 100
union all select 'user', id, "teamId" from "User" where id > 200 order by 1, 2`

describe('a circle', () => {
  const withRing = <Result>(use: (stage: ImportStage) => Promise<Result>) =>
    withImportStage({ schema: TEAMS, rows: TEAM_ROWS, files: TEAM_FILES }, use)

  it.each([{}, { useCopy: false }, { fkMode: 'deferred' }, { fkMode: 'rebuild' }] as const)(
    'keeps its values: %j',
    (options) =>
      withRing(async (stage) => {
        await stage.importModels({ missingReference: 'keep', ...options })

        expect(await stage.query(USERS)).toEqual([
          ['team', 101, 201],
          ['team', 102, 80],
          ['user', 201, 101],
          ['user', 202, 70],
        ])
      }),
  )

  it('becomes NULL in one reference and keeps the other', () =>
    withRing(async (stage) => {
      await stage.importModels({ missingReference: { '*': 'keep', Team: { owner: 'null' } } })

      expect(await stage.query(USERS)).toEqual([
        ['team', 101, 201],
        ['team', 102, null],
        ['user', 201, 101],
        ['user', 202, 70],
      ])
    }))

  it('fails where only one of its references keeps', () =>
    withRing(async (stage) => {
      const importing = stage.importModels({ missingReference: { Team: 'keep' } })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { model: 'User', line: 3 } },
      })
    }))

  it('is put aside with what follows', () =>
    withRing(async (stage) => {
      const { models } = await stage.importModels({
        missingReference: 'reject',
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      expect(models.map((m) => [m.model, m.read, m.loaded, m.rejected])).toEqual([
        ['Team', 2, 1, 1],
        ['User', 2, 1, 1],
      ])
    }))
})

const BOOKS = `
model Author {
  id   Int    @id @default(autoincrement())
  name String @unique
  books Book[]
}

/// @gyro.key(authorId, title)
model Book {
  id       Int     @id
  authorId Int?
  title    String
  author   Author? @relation(fields: [authorId], references: [id])
  cover    Cover?
}

model Cover {
  id     Int   @id @default(autoincrement())
  bookId Int?  @unique
  book   Book? @relation(fields: [bookId], references: [id])
}
`

describe('keys that are made of a reference that stays', () => {
  const files = {
    'Author.csv': 'id,name\n1,a\n',
    'Book.csv': 'id,authorId,title\n1,1,x\n2,70,x\n3,71,x\n',
  }
  const rows = `insert into "Author" values (70, 'there'), (71, 'too')`
  const strategy = { Author: 'hash', Book: 'hash' } as const

  it('are the same in every import', async () => {
    const importBooks = (order: (lines: string) => string) =>
      withImportStage(
        { schema: BOOKS, rows, files: { ...files, 'Book.csv': order(files['Book.csv']) } },
        async (stage) => {
          await stage.importModels({ strategy, missingReference: { Book: 'keep' } })
          return stage.query('select id, "authorId" from "Book" order by id')
        },
      )

    const first = await importBooks((lines) => lines)
    const second = await importBooks(() => 'id,authorId,title\n3,71,x\n2,70,x\n1,1,x\n')

    expect(first).toEqual(second)
    expect(first.map(([, author]) => author)).toEqual(expect.arrayContaining([70, 71]))
  })

  it('are found in the table', () =>
    withImportStage(
      { schema: BOOKS, rows: `${rows}; insert into "Book" values (9, 70, 'x')`, files },
      async (stage) => {
        const { models } = await stage.importModels({
          strategy: { Author: 'sequential', Book: 'match' },
          missingReference: { Book: 'keep' },
        })

        const { read, loaded, skipped } = models.find(({ model }) => model === 'Book') ?? {}
        expect([read, loaded, skipped]).toEqual([3, 2, 1])
      },
    ))
})

describe('a reference that is unique', () => {
  const files = {
    'Book.csv': 'id,authorId,title\n1,,x\n',
    'Cover.csv': 'id,bookId\n1,1\n2,9\n3,9\n',
  }

  it('may become NULL in several rows, and none of them is a bad one', () =>
    withImportStage({ schema: BOOKS, files }, async (stage) => {
      const missingReference = { Cover: 'null' } as const
      const { rowProblems } = await stage.planImport({ missingReference, check: true })

      const { models } = await stage.importModels({
        missingReference,
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      expect(rowProblems).toMatchObject({ rows: 4, total: 0 })
      expect(models.map((m) => [m.model, m.loaded, m.rejected])).toEqual([
        ['Book', 1, 0],
        ['Cover', 3, 0],
      ])
    }))

  it.each([
    ['fail', ['KEYS.MISSING_REFERENCE 3', 'LOAD.DUPLICATE 4']],
    ['reject', ['KEYS.MISSING_REFERENCE 3', 'LOAD.DUPLICATE 4']],
    ['keep', ['LOAD.DUPLICATE 4']],
  ] as const)('is looked at by a plan: %s', (policy, wanted) =>
    withImportStage({ schema: BOOKS, files }, async (stage) => {
      const { rowProblems } = await stage.planImport({
        missingReference: { Cover: { book: policy } },
        check: true,
      })

      expect(rowProblems?.all.map(({ code, line }) => `${code} ${line}`)).toEqual(wanted)
    }),
  )
})
