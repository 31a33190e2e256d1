import { describe, expect, it } from '@jest/globals'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole } from '../support/roles.js'

const BLOG = `
model User {
  id    Int    @id @default(autoincrement())
  name  String
  posts Post[]
}

model Post {
  id     Int    @id @default(autoincrement())
  userId Int
  user   User   @relation(fields: [userId], references: [id])
}
`

const FILES = { 'User.csv': 'id,name\n1,a\n2,b\n', 'Post.csv': 'id,userId\n1,2\n' }

const ROWS = `
insert into "User" (name) values ('x'), ('y'), ('z');
insert into "Post" ("userId") values (1), (2);
analyze "User"`

describe('truncate', () => {
  it('empties the tables of the import before it loads, and leaves sequences where they are', () =>
    withBlog({}, async (stage) => {
      const { truncated } = await stage.planImport({ truncate: true })

      const { models } = await stage.importModels({ truncate: true })

      expect(truncated).toEqual([
        { table: 'public.User', rows: 3 },
        { table: 'public.Post', rows: null },
      ])
      expect(models.map(({ model, loaded }) => [model, loaded])).toEqual([
        ['User', 2],
        ['Post', 1],
      ])
      expect(await stage.query('select * from "User" order by 1')).toEqual([
        [4, 'a'],
        [5, 'b'],
      ])
      expect(await stage.query('select * from "Post"')).toEqual([[3, 5]])
    }))

  it('brings the rows back when the import fails', () =>
    withBlog({ files: { ...FILES, 'Post.csv': 'id,userId\n1,9\n' } }, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ truncate: true })

      await expect(importing).rejects.toMatchObject({ code: 'KEYS.MISSING_REFERENCE' })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('touches nothing for a plan', () =>
    withBlog({}, async (stage) => {
      const before = await stage.snapshot()

      await stage.planImport({ truncate: true })

      expect(await stage.snapshot()).toEqual(before)
    }))

  it('is refused where others refer to the tables', () =>
    withBlog({}, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ truncate: true, models: ['User'] })

      await expect(importing).rejects.toMatchObject({
        code: 'PLAN.TRUNCATE_REFERENCED',
        details: { meta: { tables: ['public.Post'], references: ['public.Post → public.User'] } },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('lets a rebuild be done unasked, as all tables are empty then', () =>
    withBlog(
      { files: { ...FILES, 'User.csv': `id,name\n1,${'a'.repeat(2_000_000)}\n2,b\n` } },
      async (stage) => {
        const plan = await stage.planImport({ truncate: true })
        const { models } = await stage.importModels({ truncate: true })

        expect(plan.rebuild).not.toBeNull()
        expect(models.map(({ technique }) => technique)).toEqual(['rebuild', 'rebuild'])
      },
    ))

  it('takes the parts of a partitioned table with it, and no table that inherits from one', () =>
    withBlog(
      {
        sql: `
create table "User" (id int primary key, name text) partition by list (id);
create table first partition of "User" for values in (1, 2);
create table rest partition of "User" default;
create table "Post" (id int primary key, "userId" int);
create table old () inherits ("Post")`,
        rows: `insert into "User" values (1, 'x'), (7, 'y'); insert into old values (1, 1)`,
      },
      async (stage) => {
        await stage.importModels({ truncate: true, strategy: 'none' })

        expect(await stage.query('select id, name from "User" order by 1')).toEqual([
          [1, 'a'],
          [2, 'b'],
        ])
        expect(await stage.query('select id, "userId" from "Post" order by 2')).toEqual([
          [1, 1],
          [1, 2],
        ])
      },
    ))

  it('leaves a model alone that is pinned', () =>
    withBlog({}, async (stage) => {
      const { problems, truncated } = await stage.planImport({ truncate: true, pin: { User: 2 } })
      await stage.importModels({ truncate: true, pin: { User: 2 } })

      expect(problems).toEqual([])
      expect(truncated).toEqual([{ table: 'public.Post', rows: null }])
      expect(await stage.query('select "userId" from "Post"')).toEqual([[2]])
    }))

  it('takes the privilege', () =>
    withBlog({}, async (stage) => {
      const url = await createRole(
        stage,
        `grant select, insert on all tables in schema public to ROLE;
grant usage, select on all sequences in schema public to ROLE; grant truncate on "Post" to ROLE`,
      )

      const { grants } = await stage.planImport({ url, truncate: true })

      expect(grants).toEqual([
        expect.stringMatching(/^grant truncate on table "public"."User" to /),
      ])
    }))

  it('needs to be allowed for a server elsewhere', () =>
    withBlog({}, async (stage) => {
      // Not local by its name, though it is by its address.
      const url = stage.url.replace(/@[^:/]+/, '@127.1')

      const refused = await stage.planImport({ url, truncate: true })
      const allowed = await stage.planImport({ url, truncate: true, allowRemote: true })

      expect(refused.problems).toMatchObject([{ code: 'PLAN.REMOTE_TRUNCATE' }])
      expect(allowed.problems).toEqual([])
    }))

  it.each([
    [{ truncate: true, onConflict: 'skip' } as const, '"truncate" and "onConflict" contradict'],
    [{ truncate: 'yes' as unknown as boolean }, 'The option "truncate" has a wrong value'],
    [{ allowRemote: 1 as unknown as boolean }, 'The option "allowRemote" has a wrong value'],
  ])('is checked with the other options: %j', (options, message) =>
    withBlog({}, async (stage) => {
      await expect(stage.importModels(options)).rejects.toMatchObject({
        code: 'IMPORT.INVALID_OPTION',
        message: expect.stringContaining(message),
      })
    }),
  )
})

function withBlog(setup: Partial<StageSetup>, use: (stage: ImportStage) => Promise<void>) {
  return withImportStage({ schema: BLOG, rows: ROWS, files: FILES, ...setup }, use)
}
