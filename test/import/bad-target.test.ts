import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../src/error/error-codes.js'
import type { GyroError } from '../../src/error/gyro-error.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model Author {
  id    Int    @id @default(autoincrement())
  name  String
  books Book[]
}

model Book {
  id       Int     @id
  title    String?
  authorId Int
  author   Author  @relation(fields: [authorId], references: [id])
}
`

const FILES = {
  'Author.csv': 'id,name\n1,a\n2,b\n',
  'Book.csv': 'id,title,authorId\n5,t,2\n9,u,1\n',
}

const PASSWORD = 'pass-4711'

describe('a bad target', () => {
  it('says that the server is down', () =>
    withLibrary(async (stage) => {
      const url = `postgresql://joe:${PASSWORD}@127.0.0.1:${await findClosedPort()}/db`

      const error = await expectRefusal(stage, { url })

      expect(error.code).toBe('POSTGRES.UNREACHABLE')
      expect(error.details.why).toMatch(/ECONNREFUSED/)
      expect(error.details.fix).toMatch(/Check host and port/)
      expectNoPassword(error)
    }))

  it('says that the certificate of the URL is not there', () =>
    withLibrary(async (stage) => {
      const url = `postgresql://joe:${PASSWORD}@127.0.0.1/db?sslrootcert=/nowhere.pem`

      const error = await expectRefusal(stage, { url })

      expect(error.code).toBe('POSTGRES.UNREACHABLE')
      expect(error.details.why).toMatch(/ENOENT.*nowhere\.pem/)
      expectNoPassword(error)
    }))

  it.each([
    ['a wrong password', (url: URL) => Object.assign(url, { password: PASSWORD })],
    ['no password', (url: URL) => Object.assign(url, { password: '' })],
    ['an unknown user', (url: URL) => Object.assign(url, { username: 'nobody' })],
  ])('says that the server refuses %s', (_, change) =>
    withLibrary(async (stage) => {
      const url = change(new URL(stage.url))

      const error = await expectRefusal(stage, { url: url.href })

      expect(error.code).toBe('POSTGRES.AUTHENTICATION')
      expect(error.details.fix).toMatch(/Check user and password/)
      expectNoPassword(error)
    }),
  )

  it('says that the server has no such database', () =>
    withLibrary(async (stage) => {
      const url = Object.assign(new URL(stage.url), { pathname: '/nowhere' })

      const error = await expectRefusal(stage, { url: url.href })

      expect(error.code).toBe('POSTGRES.UNKNOWN_DATABASE')
      expect(error.summary).toMatch(/\/nowhere does not exist/)
      expect(error.details.fix).toMatch(/create the database/)
      expectNoPassword(error, url.password)
    }))

  it('says that the URL is none', () =>
    withLibrary(async (stage) => {
      const error = await expectRefusal(stage, { url: `mysql://joe:${PASSWORD}@localhost/db` })

      expect(error.code).toBe('POSTGRES.INVALID_URL')
      expect(error.details.why).toMatch(/begins with mysql:/)
      expectNoPassword(error)
    }))

  it.each<[string, string, ErrorCode, RegExp, RegExp]>([
    [
      'a table is missing',
      'drop table "Book"',
      'PLAN.MISSING_TABLE',
      /public\.Book does not exist/,
      /prisma migrate deploy.*\?schema=/,
    ],
    [
      'a model is a view',
      'alter table "Book" rename to b; create view "Book" as select * from b',
      'PLAN.NOT_A_TABLE',
      /public\.Book is a view/,
      /Remove its file/,
    ],
    [
      'a model is a materialized view',
      'drop table "Book"; create materialized view "Book" as select 1 as id',
      'PLAN.NOT_A_TABLE',
      /public\.Book is a materialized view/,
      /Remove its file/,
    ],
    [
      'a model is a view, also one that a trigger makes writable',
      `alter table "Book" rename to b; create view "Book" as select * from b;
      create function write() returns trigger language plpgsql as 'begin return new; end';
      create trigger write instead of insert on "Book" for each row execute function write()`,
      'PLAN.NOT_A_TABLE',
      /public\.Book is a view/,
      /Remove its file/,
    ],
    [
      'an INSERT would follow a rule',
      `create rule "on ""insert""" as on insert to "Book" do instead nothing`,
      'PLAN.INSERT_RULE',
      /An INSERT of an application follows "on "insert""/,
      /alter table "public"\."Book" disable rule "on ""insert""";/,
    ],
    [
      'a column is missing',
      'alter table "Book" drop column title',
      'PLAN.UNKNOWN_COLUMN',
      /the manifest of Book and the database differ/,
      /Apply the migrations, or run npx prisma generate/,
    ],
    [
      'the database requires a column that the schema does not know',
      'alter table "Book" add column shelf text not null',
      'PLAN.MISSING_COLUMN',
      /"shelf" of public\.Book is required and has no default; the schema does not know it/,
      /Add the column "shelf"/,
    ],
    [
      'a foreign key refers to a column that the schema does not know',
      `alter table "Author" add column number serial unique;
      alter table "Book" add foreign key (id) references "Author" (number)`,
      'PLAN.UNKNOWN_REFERENCE',
      /public\.Book \(id\) refers to "number" of Author by Book_id_fkey/,
      /Add "number" to the model Author and run npx prisma generate/,
    ],
    [
      'transactions are read-only by default',
      `do $$ begin
        execute format('alter database %I set default_transaction_read_only = on', current_database());
      end $$`,
      'PLAN.READ_ONLY',
      /Transactions are read-only by default/,
      /alter role "postgres" set default_transaction_read_only = off;/,
    ],
  ])('says that %s', (_, sql, code, why, fix) =>
    withLibrary(async (stage) => {
      await stage.client.query(sql)

      const error = await expectRefusal(stage)

      expect(error.code).toBe(code)
      expect(error.details.why).toMatch(why)
      expect(error.details.fix).toMatch(fix)
    }),
  )

  it('says that the schema of the URL has no tables', () =>
    withLibrary(async (stage) => {
      const error = await expectRefusal(stage, { url: `${stage.url}?schema=elsewhere` })

      expect(error.code).toBe('PLAN.MISSING_TABLE')
      expect(error.details.why).toMatch(/elsewhere\.Author does not exist/)
    }))

  it('waits for a lock as long as the server has it wait, and says so', () =>
    withLibrary(async (stage) => {
      await stage.client.query(`do $$ begin
        execute format('alter database %I set lock_timeout = 50', current_database());
      end $$`)
      await stage.client.query('begin; lock table "Book" in exclusive mode')

      const importing = stage.importModels().finally(() => stage.client.query('rollback'))

      await expect(importing).rejects.toMatchObject({
        code: 'POSTGRES.REFUSED',
        message: expect.stringMatching(/lock timeout \(SQLSTATE 55P03\)/),
      })
    }))

  describe('for a role of few privileges', () => {
    it.each<[string, string, RegExp]>([
      ['the schema', 'grant all on all tables in schema public to ROLE', /schema "public"/],
      [
        'the table',
        'grant usage on schema public to ROLE; grant select, update on all tables in schema public to ROLE',
        /insert on table "public"\."Author"/,
      ],
      [
        'the sequence',
        `grant usage on schema public to ROLE;
        grant insert, select, update on all tables in schema public to ROLE`,
        /usage on sequence public\."Author_id_seq"/,
      ],
      [
        'an id without a sequence',
        `grant usage on schema public to ROLE; grant insert on all tables in schema public to ROLE;
        grant usage on all sequences in schema public to ROLE`,
        /select, update on table "public"\."Book"/,
      ],
      [
        'the lock that an id without a sequence needs',
        `grant usage on schema public to ROLE;
        grant insert, select on all tables in schema public to ROLE;
        grant usage on all sequences in schema public to ROLE`,
        /update on table "public"\."Book"/,
      ],
      [
        'a sequence that is far behind',
        `grant usage on schema public to ROLE;
        grant insert, select on all tables in schema public to ROLE;
        grant update on "Book" to ROLE;
        grant usage on all sequences in schema public to ROLE;
        insert into "Author" values (2000000, 'far')`,
        /select, update on sequence public\."Author_id_seq".*update on table "public"\."Author"/,
      ],
    ])('tells the grant for %s that cures it', (_, grants, wanted) =>
      withLibrary(async (stage) => {
        const { url, role } = await createRole(stage, grants)
        const before = await stage.snapshot()

        const told: string[] = []
        for (let attempt = 0; attempt < 4; attempt++) {
          const error = await stage.importModels({ url }).then(() => null, toGyroError)
          if (error === null) break
          expect(error.code).toMatch(/^(PLAN|POSTGRES)\.MISSING_PRIVILEGE$/)
          expect(await stage.snapshot()).toEqual(before)
          const [, grants = ''] = / run:\s(.*)$/s.exec(error.details.fix) ?? []
          told.push(grants)
          await stage.client.query(grants)
        }

        expect(told[0]).toMatch(wanted)
        expect(told[0]).toContain(` to ${role};`)
        expect(await stage.query('select count(*)::int from "Book"')).toEqual([[2]])
      }),
    )

    it('asks for the sequence of a default that the file leaves to the database', () =>
      withLibrary(
        async (stage) => {
          const { url, role } = await createRole(
            stage,
            'grant usage on schema public to ROLE; grant insert on all tables in schema public to ROLE',
          )

          const error = await expectRefusal(stage, { url })

          expect(error.code).toBe('PLAN.MISSING_PRIVILEGE')
          expect(error.details.meta?.['grant']).toBe(
            `grant usage on sequence public."Author_id_seq" to ${role};`,
          )
        },
        { 'Author.csv': 'name\na\n' },
      ))

    it('asks for the sequence that kept ids have to move', () =>
      withLibrary(
        async (stage) => {
          const { url, role } = await createRole(
            stage,
            'grant usage on schema public to ROLE; grant insert on all tables in schema public to ROLE',
          )

          const error = await expectRefusal(stage, { url, strategy: 'none' })

          expect(error.code).toBe('PLAN.MISSING_PRIVILEGE')
          expect(error.details.meta?.['grant']).toBe(
            `grant usage on sequence public."Author_id_seq" to ${role};`,
          )
        },
        { 'Author.csv': 'id,name\n7,a\n' },
      ))

    it('needs no sequence for an identity that the file leaves to the database', () =>
      withLibrary(
        async (stage) => {
          await stage.client.query(`
alter table "Author" alter column id drop default;
drop sequence "Author_id_seq";
alter table "Author" alter column id add generated always as identity`)
          const { url } = await createRole(
            stage,
            'grant usage on schema public to ROLE; grant insert on all tables in schema public to ROLE',
          )

          await stage.importModels({ url })

          expect(await stage.query('select * from "Author"')).toEqual([[1, 'a']])
        },
        { 'Author.csv': 'name\na\n' },
      ))

    it('imports with INSERT on the tables and USAGE on the sequences alone', () =>
      withLibrary(
        async (stage) => {
          const { url } = await createRole(
            stage,
            `grant usage on schema public to ROLE;
            grant insert on "Author" to ROLE;
            grant usage on all sequences in schema public to ROLE`,
          )

          const result = await stage.importModels({ url })
          const kept = await stage.importModels({
            url,
            strategy: 'none',
          })

          expect(result.models[0]?.keys).toEqual({ from: '1', to: '2' })
          expect(kept.models[0]?.keys).toBeNull()
          expect(await stage.query('select * from "Author" order by id')).toEqual([
            [1, 'a'],
            [2, 'b'],
            [41, 'a'],
            [42, 'b'],
          ])
          expect(await stage.query(`select nextval('"Author_id_seq"') > 42`)).toEqual([[true]])
        },
        { 'Author.csv': 'id,name\n41,a\n42,b\n' },
      ))

    it('takes row-level security for none of the owner, unless it is forced', () =>
      withLibrary(async (stage) => {
        const { url, role } = await createRole(stage, 'grant usage on schema public to ROLE')
        await stage.client.query(`
alter table "Author" owner to ${role}; alter table "Book" owner to ${role};
alter table "Book" enable row level security`)

        const { loaded } = (await stage.importModels({ url })).models[1] ?? {}
        await stage.client.query('alter table "Book" force row level security')
        const error = await expectRefusal(stage, { url })

        expect(loaded).toBe(2)
        expect(error.code).toBe('LOAD.POLICY')
      }))
  })
})

function withLibrary(
  use: (stage: ImportStage) => Promise<void>,
  files: Readonly<Record<string, string>> = FILES,
): Promise<void> {
  return withImportStage({ schema: SCHEMA, files }, use)
}

async function expectRefusal(
  stage: ImportStage,
  options?: Partial<ImportOptions>,
): Promise<GyroError> {
  const before = await stage.snapshot()

  const error = await stage.importModels(options).then(() => null, toGyroError)

  expect(error).toHaveProperty('name', 'GyroError')
  expect(await stage.snapshot()).toEqual(before)
  return error as GyroError
}

function toGyroError(error: unknown): GyroError {
  return error as GyroError
}

function expectNoPassword(error: GyroError, password = PASSWORD): void {
  const told = [
    error.message,
    String(error.stack),
    JSON.stringify(error),
    inspect(error, { depth: null, showHidden: true }),
  ].join('\n')
  expect(told).not.toContain(password)
}

/** A role with nothing but these grants, and its name in SQL. The name is one of this database. */
async function createRole(
  { client, url }: ImportStage,
  grants: string,
): Promise<{ readonly role: string; readonly url: string }> {
  const { pathname } = new URL(url)
  const name = `Role "${pathname.slice(-12)}"`
  const role = `"${name.replaceAll('"', '""')}"`
  await client.query(
    `revoke usage on schema public from public; create role ${role} login password 'x'`,
  )
  await client.query(grants.replaceAll('ROLE', role))
  const own = Object.assign(new URL(url), { username: encodeURIComponent(name), password: 'x' })
  return { role, url: own.href }
}

/** A port that nobody listens at: one that was free a moment ago. */
function findClosedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 1) : 1))
    })
  })
}
