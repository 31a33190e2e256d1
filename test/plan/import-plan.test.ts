import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { describeDatabase, parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const REMAPPED = { policy: 'remap', missing: 'fail' }
const KEPT = { policy: 'keep', missing: 'keep' }

const BLOG = `
model Tag {
  id    Int    @id @default(autoincrement())
  posts Post[]
}

model Post {
  id       BigInt @id
  title    String
  authorId Int?
  replyTo  BigInt?
  author   Author? @relation(fields: [authorId], references: [id])
  parent   Post?   @relation("replies", fields: [replyTo], references: [id])
  replies  Post[]  @relation("replies")
  tags     Tag[]
}

model Author {
  id    Int    @id @default(autoincrement())
  email String @unique
  posts Post[]
}
`

const FILES = {
  'Author.csv': 'id,email\n7,a\n9,b\n',
  'Post.csv': 'authorId,id,title,replyTo\n7,1,t,\n9,2,u,1\n9,3,v,3\n',
  '_PostToTag.csv': 'A,B\n1,5\n',
  'Tag.csv': 'id\n5\n',
}

describe('the plan of an import', () => {
  it('is a document of this shape', () =>
    withBlog(
      { rows: `insert into "Author" (email) select n from generate_series(1, 40) n` },
      async (stage) => {
        const dialect = {
          delimiter: ',',
          quote: '"',
          escape: '"',
          lineEnd: 'lf',
          isDetected: false,
        }

        const plan = await stage.planImport()

        expect(JSON.parse(JSON.stringify(plan))).toEqual({
          target: describeDatabase(parseDatabaseUrl(stage.url)),
          server: {
            flavour: 'PostgreSQL',
            version: expect.stringMatching(/^\d+\.\d+$/),
            role: 'postgres',
            isSuperuser: true,
            pooler: null,
          },
          steps: [
            {
              group: 1,
              models: ['Author'],
              technique: 'checked',
              why: 'Parents come first and constraints stay in place: PostgreSQL checks every row.',
            },
            {
              group: 2,
              models: ['Tag'],
              technique: 'checked',
              why: 'Parents come first and constraints stay in place: PostgreSQL checks every row.',
            },
            {
              group: 3,
              models: ['Post'],
              technique: 'checked',
              why: 'Constraints stay in place; one COPY holds all rows, so that Post.parent may point forward.',
            },
            {
              group: 4,
              models: ['_PostToTag'],
              technique: 'checked',
              why: 'Parents come first and constraints stay in place: PostgreSQL checks every row.',
            },
          ],
          models: [
            {
              model: 'Author',
              table: 'public.Author',
              isOwner: true,
              file: 'Author.csv',
              files: ['Author.csv'],
              dialect,
              bytes: 17,
              estimatedRows: 2,
              columns: [
                { header: 'id', column: 'id' },
                { header: 'email', column: 'email' },
              ],
              made: [],
              conflict: null,
              strategy: 'sequential',
              keys: {
                column: 'id',
                sequence: 'public."Author_id_seq"',
                by: null,
                from: '41',
                to: '42',
              },
              references: [],
              triggers: [],
            },
            {
              model: 'Tag',
              table: 'public.Tag',
              isOwner: true,
              file: 'Tag.csv',
              files: ['Tag.csv'],
              dialect,
              bytes: 5,
              estimatedRows: 1,
              columns: [{ header: 'id', column: 'id' }],
              made: [],
              conflict: null,
              strategy: 'sequential',
              keys: { column: 'id', sequence: 'public."Tag_id_seq"', by: null, from: '1', to: '1' },
              references: [],
              triggers: [],
            },
            {
              model: 'Post',
              table: 'public.Post',
              isOwner: true,
              file: 'Post.csv',
              files: ['Post.csv'],
              dialect,
              bytes: 49,
              estimatedRows: 3,
              columns: [
                { header: 'authorId', column: 'authorId' },
                { header: 'id', column: 'id' },
                { header: 'title', column: 'title' },
                { header: 'replyTo', column: 'replyTo' },
              ],
              made: [],
              conflict: null,
              strategy: 'sequential',
              keys: { column: 'id', sequence: null, by: null, from: '1', to: '3' },
              references: [
                { ...REMAPPED, name: 'author', columns: ['authorId'], target: 'Author' },
                { ...REMAPPED, name: 'parent', columns: ['replyTo'], target: 'Post' },
              ],
              triggers: [],
            },
            {
              model: '_PostToTag',
              table: 'public._PostToTag',
              isOwner: true,
              file: '_PostToTag.csv',
              files: ['_PostToTag.csv'],
              dialect,
              bytes: 8,
              estimatedRows: 1,
              columns: [
                { header: 'A', column: 'A' },
                { header: 'B', column: 'B' },
              ],
              made: [],
              conflict: null,
              strategy: 'sequential',
              keys: null,
              references: [
                { ...REMAPPED, name: 'A', columns: ['A'], target: 'Post' },
                { ...REMAPPED, name: 'B', columns: ['B'], target: 'Tag' },
              ],
              triggers: [],
            },
          ],
          truncated: [],
          rebuild: null,
          deferral: null,
          ways: [],
          problems: [],
          rowProblems: null,
          grants: [],
          warnings: [],
          drift: [],
        })
      },
    ))

  it('touches nothing, not even a sequence, and is the same again', () =>
    withBlog({ rows: `insert into "Author" values (90, 'x')` }, async (stage) => {
      const before = await stage.snapshot()

      const plan = await stage.planImport()

      expect(await stage.planImport()).toEqual(plan)
      expect(await stage.snapshot()).toEqual(before)
      const sequence = await stage.query('select last_value::int, is_called from "Author_id_seq"')
      expect(sequence).toEqual([[1, false]])
    }))

  it.each<[string, string, string, string | null]>([
    ['an empty table', '', 'Author', '1'],
    [
      'rows without a sequence',
      `insert into "Post" values (9007199254740993, 't')`,
      'Post',
      '9007199254740994',
    ],
    ['negative ids', `insert into "Post" values (-7, 't')`, 'Post', '1'],
    ['a sequence that is ahead', `select setval('"Author_id_seq"', 500)`, 'Author', '501'],
    ['a sequence that is behind', `insert into "Author" values (90, 'x')`, 'Author', '91'],
    [
      'steps',
      `alter sequence "Author_id_seq" increment 10 restart; insert into "Author" values (90, 'x')`,
      'Author',
      '91',
    ],
    [
      'a large gap in steps',
      `alter sequence "Author_id_seq" increment 10 restart; insert into "Author" values (90000003, 'x')`,
      'Author',
      '90000011',
    ],
    [
      'a sequence that descends',
      `alter sequence "Author_id_seq" increment -1 maxvalue 9 minvalue -9 restart 9; insert into "Author" values (90, 'x')`,
      'Author',
      '9',
    ],
  ])('foretells the keys that an import takes with %s', (_, rows, model, from) =>
    withBlog({ rows }, async (stage) => {
      const plan = await stage.planImport()
      const planned = plan.models.find((each) => each.model === model)?.keys

      expect(planned?.from).toBe(from)
      const { models } = await stage.importModels()
      const { from: first, to } = models.find((each) => each.model === model)?.keys ?? {}
      expect([first, to].toSorted()).toEqual([planned?.from, planned?.to].toSorted())
    }),
  )

  it('foretells no keys without rows, or where the role may not see them', () =>
    withBlog({ files: { ...FILES, 'Author.csv': 'id,email\n' } }, async (stage) => {
      const role = `planner_${Math.random().toString(36).slice(2)}`
      await stage.client.query(`
create role ${role} login password 'x';
grant insert on all tables in schema public to ${role};
grant usage on all sequences in schema public to ${role}`)
      const url = Object.assign(new URL(stage.url), { username: role, password: 'x' })

      const { models, problems } = await stage.planImport({ url: url.href })

      expect(models.map(({ model, keys }) => [model, keys?.from, keys?.to])).toEqual([
        ['Author', null, null],
        ['Tag', null, null],
        ['Post', null, null],
        ['_PostToTag', undefined, undefined],
      ])
      expect(problems.map(({ code }) => code)).toEqual([
        'PLAN.MISSING_PRIVILEGE',
        'PLAN.MISSING_PRIVILEGE',
      ])
    }))

  it('foretells keys also where the role may see the sequence but not the rows', () =>
    withBlog({}, async (stage) => {
      const role = `planner_${Math.random().toString(36).slice(2)}`
      await stage.client.query(`
create role ${role} login password 'x';
grant insert on "Author" to ${role};
grant all on all sequences in schema public to ${role}`)
      const url = Object.assign(new URL(stage.url), { username: role, password: 'x' })

      const { models } = await stage.planImport({ url: url.href, models: ['Author'] })

      expect(models[0]?.keys).toMatchObject({ from: '1', to: '2' })
    }))

  it('keeps references to what is left out or keeps its keys', () =>
    withBlog({}, async (stage) => {
      const subset = await stage.planImport({ models: ['Post'] })
      const kept = await stage.planImport({ strategy: { Author: 'none' } })

      const policies = [
        { ...KEPT, name: 'author', columns: ['authorId'], target: 'Author' },
        { ...REMAPPED, name: 'parent', columns: ['replyTo'], target: 'Post' },
      ]
      expect(subset.models.map(({ references }) => references)).toEqual([policies])
      expect(kept.models.find(({ model }) => model === 'Post')?.references).toEqual(policies)
      expect(kept.models[0]?.keys).toBeNull()
      expect(kept.models[0]?.strategy).toBe('none')
    }))

  it('leaves references out whose columns the file lacks', () =>
    withBlog({ files: { 'Post.csv': 'id,title\n1,t\n' } }, async (stage) => {
      const { models } = await stage.planImport()

      expect(models[0]?.references).toEqual([])
    }))

  it('warns of files that are left alone, columns that are computed and references that nobody checks', () =>
    withBlog(
      {
        rows: `
alter table "Post" drop constraint "Post_authorId_fkey", drop constraint "Post_replyTo_fkey";
alter table "Author" drop email, add email text generated always as ('x') stored`,
        files: { ...FILES, 'notes.txt': '' },
      },
      async (stage) => {
        const role = `planner_${Math.random().toString(36).slice(2)}`
        await stage.client.query(`
create role ${role} login password 'x';
grant all on "Post" to ${role}`)
        const url = Object.assign(new URL(stage.url), { username: role, password: 'x' }).href

        const all = await stage.planImport()
        const subset = await stage.planImport({ models: ['Post'], url, history: false })

        expect(all.warnings).toEqual([
          'notes.txt is no .csv file: it is left alone.',
          'Author.csv: "email" is left out: the database computes it.',
        ])
        expect(all.models[0]?.columns).toEqual([{ header: 'id', column: 'id' }])
        expect(subset.warnings).toEqual([
          'notes.txt is no .csv file: it is left alone.',
          'Nothing checks Post.author: the database has no foreign key for it.',
          expect.stringMatching(/^The import is not kept in a history, as was asked for: /),
        ])
      },
    ))

  it('collects every problem, those of files first', () =>
    withBlog(
      {
        rows: 'drop table "_PostToTag"',
        files: {
          ...FILES,
          'Tag.csv': '',
          'Pst.csv': 'id\n',
          'Author.csv': 'id,e-mail,email\n1,a,b\n',
        },
      },
      async (stage) => {
        const { problems, models } = await stage.planImport()

        expect(problems.map(({ code }) => code)).toEqual([
          'SOURCE.UNKNOWN_MODEL',
          'SOURCE.UNKNOWN_HEADER',
          'SOURCE.EMPTY_FILE',
          'PLAN.MISSING_TABLE',
        ])
        expect(problems[1]).toEqual({
          code: 'SOURCE.UNKNOWN_HEADER',
          message: expect.stringMatching(/Author\.csv has a column that Author does not/),
          why: expect.any(String),
          fix: expect.any(String),
          meta: expect.objectContaining({ line: 1, column: 2 }),
        })
        expect(models.map(({ model }) => model)).toEqual(['Author', 'Post', '_PostToTag'])
      },
    ))

  it('names a cycle and says how it is loaded', () =>
    withImportStage(
      {
        schema: `
model Team {
  id      Int    @id
  ownerId Int
  owner   User   @relation("owner", fields: [ownerId], references: [id])
  members User[] @relation("members")
}

model User {
  id     Int    @id
  teamId Int?
  team   Team?  @relation("members", fields: [teamId], references: [id])
  owned  Team[] @relation("owner")
}
`,
        files: { 'Team.csv': 'id,ownerId\n1,1\n', 'User.csv': 'id,teamId\n1,1\n' },
      },
      async (stage) => {
        const { problems, steps } = await stage.planImport()

        expect(problems).toEqual([])
        expect(steps).toEqual([
          {
            group: 1,
            models: ['Team', 'User'],
            technique: 'cycle',
            why: 'They refer to each other in a circle (Team.owner → User.team → Team): their rows are copied into temporary tables, then go in by one statement, at the end of which PostgreSQL checks every row.',
          },
        ])
      },
    ))

  it('orders the example shop so that no row comes before one that it refers to', async () => {
    const folder = path.resolve('prisma/export')
    const files: Record<string, string> = {}
    for (const name of await readdir(folder)) {
      files[name] = await readFile(path.join(folder, name), 'utf8')
    }
    await withImportStage(
      { schema: path.resolve('prisma/schema.prisma'), files },
      async (stage) => {
        const { models, steps, ...findings } = await stage.planImport()

        expect(findings).toMatchObject({ problems: [], warnings: [], drift: [] })
        expect(models.map(({ model }) => model)).toEqual([
          'Tenant',
          'Category',
          'Customer',
          'Employee',
          'Shop',
          'Tag',
          'Address',
          'Order',
          'Product',
          'OrderItem',
          'Payment',
          'Review',
          '_ProductToTag',
        ])
        expect(steps.map(({ group }) => group)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        expect(steps[3]).toMatchObject({ models: ['Employee', 'Shop'], technique: 'cycle' })
        const order = models.find(({ model }) => model === 'Order')
        expect(order?.references).toEqual([
          { ...REMAPPED, name: 'shop', columns: ['tenant_id', 'shop_code'], target: 'Shop' },
          { ...REMAPPED, name: 'customer', columns: ['customer_id'], target: 'Customer' },
        ])
      },
    )
  })

  it('says what failed when the server refuses to be asked', () =>
    withBlog({}, async (stage) => {
      await stage.client.query(`do $$ begin
        execute format('alter database %I set lock_timeout = 50', current_database());
      end $$`)
      await stage.client.query('begin; lock table "Author"')

      const planning = stage.planImport()

      await expect(planning).rejects.toMatchObject({ code: 'POSTGRES.REFUSED' })
      await stage.client.query('rollback')
    }))
})

function withBlog(
  { rows = '', files = FILES }: Partial<Pick<StageSetup, 'rows' | 'files'>>,
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: BLOG, rows, files }, use)
}
