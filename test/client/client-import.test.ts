import { describe, expect, it, jest } from '@jest/globals'
import type { PrismaClientLike } from '../../src/client/prisma-client.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { type TestClient, withPrismaClient } from '../support/prisma-client.js'

// A Client is generated the first time that its schema is met.
jest.setTimeout(240_000)

const SCHEMA = `
model User {
  id      Int      @id @default(autoincrement())
  email   String   @unique
  made    DateTime @default(now())
  posts   Post[]
}
model Post {
  id     Int    @id @default(autoincrement())
  userId Int
  title  String
  user   User   @relation(fields: [userId], references: [id])
  tags   Tag[]
}
model Tag {
  id       Int    @id @default(autoincrement())
  name     String @unique
  parentId Int?
  parent   Tag?   @relation("sub", fields: [parentId], references: [id])
  subs     Tag[]  @relation("sub")
  posts    Post[]
}`

const FILES = {
  'User.csv': 'id,email\n7,a@x\n9,b@x\n',
  'Post.csv': 'id,userId,title\n1,9,first\n2,7,second\n',
  'Tag.csv': 'id,name,parentId\n5,new,6\n6,all,\n',
  '_PostToTag.csv': 'A,B\n1,5\n2,6\n',
}

const ROWS = 'select id, email from "User" order by id'

describe('an import through a Prisma Client', () => {
  it('has its extensions see every row, and change it', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const seen: unknown[] = []
      const extended = client.$extends({
        query: {
          user: {
            createMany({ args, query }: Call) {
              seen.push(...args.data.map(({ email }) => email))
              const data = args.data.map((row) => ({ ...row, email: `${row['email']}.org` }))
              return query({ data })
            },
          },
        },
      })

      const result = await stage.importModels({ client: extended })

      expect(seen).toEqual(['a@x', 'b@x'])
      expect(await stage.query(ROWS)).toEqual([
        [1, 'a@x.org'],
        [2, 'b@x.org'],
      ])
      expect(result.models.map(({ model, loaded }) => [model, loaded])).toEqual([
        ['Tag', 2],
        ['User', 2],
        ['Post', 2],
        ['_PostToTag', 2],
      ])
    }))

  it('tells which rows the Client does not get to see', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const { steps, warnings, target } = await stage.planImport({
        client,
        onConflict: { User: 'update' },
      })

      expect(target).toMatch(/^postgresql:\/\/\w+@\S+\/test_\w+$/)
      expect(steps.find(({ models }) => models.includes('Post'))?.why).toMatch(
        /Rows go in by createMany of the Prisma Client\.$/,
      )
      expect(warnings.toSorted()).toEqual([
        'Rows of Tag do not go through the Prisma Client, whose extensions do not see them: one statement has to take all rows, for references among them, triggers or policies.',
        'Rows of User do not go through the Prisma Client, whose extensions do not see them: rows may be there already, and createMany cannot tell which ones it met.',
        'The import is not kept in a history, as its rows go through a Prisma Client: it cannot be undone by rollback, and nobody can look up which new key an old one became.',
      ])
    }))

  it('gives rows without a time that of the import, as the database would', () =>
    withClient(
      { schema: SCHEMA, files: { 'User.csv': FILES['User.csv'] } },
      async (stage, client) => {
        await stage.importModels({ client })

        const times = await stage.query('select count(distinct made)::int from "User"')
        expect(times).toEqual([[1]])
      },
    ))

  it.each(['match', 'hash', 'fresh', 'none'] as const)('gives keys by %s as COPY does', (name) =>
    withClient(
      {
        schema: SCHEMA,
        rows: `insert into "User" (email) values ('b@x')`,
        files: { 'User.csv': FILES['User.csv'], 'Post.csv': FILES['Post.csv'] },
      },
      async (stage, client) => {
        const strategy = { User: name }
        const files = { from: stage.folder, strategy }
        const emails = `select email, title from "Post" p join "User" u on u.id = "userId" order by 1, 2`

        if (name === 'match') {
          await stage.importModels({ ...files, client })
          expect(await stage.query(emails)).toEqual([
            ['a@x', 'second'],
            ['b@x', 'first'],
          ])
        } else {
          await expect(stage.importModels({ ...files, client })).rejects.toMatchObject({
            code: 'LOAD.DUPLICATE',
            details: { meta: { line: 3 } },
          })
        }
      },
    ),
  )

  it.each(['rebuild', 'deferred', 'replica'] as const)('can have foreign keys be %s', (fkMode) =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const result = await stage.importModels({ client, fkMode })

      expect(result.checks.every(({ ok }) => ok)).toBe(true)
      expect(await stage.query('select count(*)::int from "Post"')).toEqual([[2]])
    }),
  )

  it('meets rows that are there', () =>
    withClient(
      {
        schema: SCHEMA,
        rows: `insert into "User" (id, email, made) values (40, 'b@x', '2020-01-01')`,
        files: { 'User.csv': 'id,email,made\n7,a@x,2024-01-01\n9,b@x,2024-01-01\n' },
      },
      async (stage, client) => {
        const { models } = await stage.importModels({ client, onConflict: 'update' })

        expect(models).toMatchObject([{ model: 'User', read: 2, loaded: 1, updated: 1 }])
      },
    ))

  it('goes into the schema that its adapter was told', () =>
    withImportStage(
      { schema: SCHEMA, files: { 'User.csv': FILES['User.csv'] }, rows: MOVE_TO_APP },
      (stage) =>
        withPrismaClient(
          { schema: SCHEMA, url: stage.url, adapter: { schema: 'app' } },
          async (client) => {
            await stage.importModels({ client, schema: 'app' })

            expect(await stage.query('select count(*)::int from app."User"')).toEqual([[2]])
          },
        ),
    ))

  it('empties tables of a server on this machine', () =>
    withClient(
      { schema: SCHEMA, rows: `insert into "User" (email) values ('z@x')`, files: FILES },
      async (stage, client) => {
        await stage.importModels({ client, truncate: true })

        expect(await stage.query('select email from "User" order by id')).toEqual([
          ['a@x'],
          ['b@x'],
        ])
      },
    ))
})

const MOVE_TO_APP = `
create schema app;
alter table "User" set schema app; alter table "Post" set schema app;
alter table "Tag" set schema app; alter table "_PostToTag" set schema app`

describe('what the Client cannot write', () => {
  it.each([
    ['a column that the schema ignores', 'text', '@ignore', 'the Client does not know extra'],
    [
      'a key that is generated always',
      'text',
      '',
      'id is generated always, for which createMany gives no value of its own',
    ],
  ])('goes in by SQL, and that is told: %s', (_, type, attribute, why) =>
    withClient(
      {
        schema: `
model Thing {
  id    Int     @id @default(autoincrement())
  extra String? ${attribute}
}`,
        sql: `create table "Thing" (id int generated ${attribute === '' ? 'always' : 'by default'} as identity primary key, extra ${type})`,
        files: { 'Thing.csv': 'id,extra\n1,x\n' },
      },
      async (stage, client) => {
        const { warnings } = await stage.importModels({ client })

        expect(await stage.query('select extra from "Thing"')).toEqual([['x']])
        expect(warnings).toContain(
          `Rows of Thing do not go through the Prisma Client, whose extensions do not see them: ${why}.`,
        )
      },
    ),
  )
})

describe('an import through a Prisma Client that fails', () => {
  it.each<[string, string, string, Partial<ImportOptions>]>([
    ['a duplicate', 'id,email\n1,a\n2,b\n3,a\n', 'LOAD.DUPLICATE', {}],
    ['a NULL', 'id,email\n1,a\n2,b\n3,\n', 'LOAD.NULL_VALUE', {}],
  ])('tells the line of %s, and leaves the target as it was', (_, users, code, options) =>
    withClient({ schema: SCHEMA, files: { 'User.csv': users } }, async (stage, client) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ client, ...options })

      await expect(importing).rejects.toMatchObject({ code, details: { meta: { line: 4 } } })
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it('hands on what an extension threw, and leaves the target as it was', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const before = await stage.snapshot()
      const mine = new TypeError('not today')
      const extended = client.$extends({
        query: {
          post: {
            createMany() {
              throw mine
            },
          },
        },
      })

      const importing = stage.importModels({ client: extended })

      await expect(importing).rejects.toMatchObject({
        code: 'CLIENT.REFUSED',
        message:
          'The Prisma Client refuses rows of Post. Post.createMany rejected with TypeError, though PostgreSQL would take the rows: an extension, or a type of the schema that the database does not have, is against them. Look at what extensions of the Client do in Post.createMany and whether schema and database agree, or import without "client"; nothing was written.',
        cause: mine,
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('does not count rows that an extension drops', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const extended = client.$extends({
        query: {
          post: { createMany: ({ args, query }: Call) => query({ data: args.data.slice(1) }) },
        },
      })

      const importing = stage.importModels({ client: extended })

      await expect(importing).rejects.toMatchObject({ code: 'LOAD.ROW_COUNT' })
      expect(await stage.query(ROWS)).toEqual([])
    }))

  it('is not begun when the Client has no connection', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, (stage) =>
      withPrismaClient(
        { schema: SCHEMA, url: 'postgresql://joe@127.0.0.1:1/none' },
        async (client) => {
          await expect(stage.importModels({ client })).rejects.toMatchObject({
            code: 'CLIENT.NO_TRANSACTION',
            message: expect.stringMatching(
              /^The Prisma Client gave no transaction\. \$transaction of "client" rejected with \w+ ?\w* before anything was done/,
            ),
          })
        },
      ),
    ))

  it('asks for the Client of the same schema', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, (stage) =>
      withPrismaClient(
        { schema: 'model Other {\n  id Int @id\n}', url: stage.url },
        async (client) => {
          await expect(stage.importModels({ client })).rejects.toMatchObject({
            code: 'CLIENT.UNKNOWN_MODEL',
            message:
              'The Prisma Client has no model User. The manifest has User, but "client" has no delegate for it that can createMany: they were generated from different schemas. Run npx prisma generate, and give the Client of the same schema as "client".',
          })
          expect(await stage.query(ROWS)).toEqual([])
        },
      ),
    ))

  it('does not know what happened when the answer to COMMIT is lost', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const lossy: PrismaClientLike = {
        $queryRawUnsafe: (...args) => client.$queryRawUnsafe(...args),
        $executeRawUnsafe: (...args) => client.$executeRawUnsafe(...args),
        $transaction: async (...args) => {
          await client.$transaction(...args)
          throw new Error('Connection terminated unexpectedly')
        },
      }

      const importing = stage.importModels({ client: lossy })

      await expect(importing).rejects.toMatchObject({
        code: 'POSTGRES.OUTCOME_UNKNOWN',
        details: { meta: { xid: expect.stringMatching(/^\d+$/) } },
      })
    }))

  it('tells that the connection was lost', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const ended = client.$extends({
        query: {
          post: {
            async createMany({ args, query }: Call) {
              await stage.client.query(
                'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
              )
              return query(args)
            },
          },
        },
      })

      const importing = stage.importModels({ client: ended })

      await expect(importing).rejects.toMatchObject({ code: 'POSTGRES.CONNECTION_LOST' })
      expect(await stage.query(ROWS)).toEqual([])
    }))

  it('stops when it is told to', () =>
    withClient({ schema: SCHEMA, files: FILES }, async (stage, client) => {
      const stop = new AbortController()

      const importing = stage.importModels({
        client,
        signal: stop.signal,
        onProgress: ({ type }) => {
          if (type === 'file-progress') stop.abort()
        },
      })

      await expect(importing).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
      expect(await stage.query(ROWS)).toEqual([])
    }))
})

/** What an extension of Prisma Client is called with. */
interface Call {
  readonly args: { readonly data: readonly Readonly<Record<string, unknown>>[] }
  query(args: object): Promise<unknown>
}

function withClient<Result>(
  setup: StageSetup,
  use: (stage: ImportStage, client: TestClient) => Promise<Result>,
): Promise<Result> {
  return withImportStage(setup, (stage) =>
    withPrismaClient({ schema: setup.schema, url: stage.url }, (client) => use(stage, client)),
  )
}
