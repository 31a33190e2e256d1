import { describe, expect, it } from '@jest/globals'
import type { GyroError } from '../../src/error/gyro-error.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY, OWNER } from '../support/roles.js'

const SCHEMA = `
model Author {
  id    Int    @id @default(autoincrement())
  name  String
  books Book[]
}

model Book {
  id       BigInt @id
  title    String @default("")
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}
`

const FILES = {
  'Author.csv': 'id,name\n1,a\n2,b\n',
  'Book.csv': 'id,title,authorId\n5,t,2\n9,u,1\n',
}

const NOTHING = 'revoke usage on schema public from public'

describe('the preflight', () => {
  it('tells the server, the role and what it owns', () =>
    withLibrary('', async (stage) => {
      const url = await createRole(stage, `${INSERT_ONLY}; alter table "Book" owner to ROLE`)

      const { server, models } = await stage.planImport({ url: `${url}?pgbouncer=true` })

      expect(server).toEqual({
        flavour: 'PostgreSQL',
        version: expect.stringMatching(/^\d+\.\d+$/),
        role: new URL(url).username,
        isSuperuser: false,
        pooler: 'pgbouncer=true',
      })
      expect(models.map(({ model, isOwner }) => [model, isOwner])).toEqual([
        ['Author', false],
        ['Book', true],
      ])
    }))

  it('has nothing to say where all is well', () =>
    withLibrary('', async (stage) => {
      const url = await createRole(stage, `${OWNER}; grant create on database DATABASE to ROLE`)

      const { problems, warnings, grants } = await stage.planImport({ url })

      expect([problems, warnings, grants]).toEqual([[], [], []])
    }))

  describe('of a role that may do nothing', () => {
    it('gives every statement that it takes, and no more', () =>
      withLibrary(NUMBERED_ELSEWHERE, async (stage) => {
        const url = await createRole(stage, NOTHING)
        const role = `"${new URL(url).username}"`

        const { grants, problems } = await stage.planImport({ url })
        for (const grant of grants) await stage.client.query(grant)
        const cured = await stage.planImport({ url })

        expect(grants).toEqual([
          `grant usage on schema "public" to ${role};`,
          `grant insert on table "public"."Author" to ${role};`,
          `grant usage on schema "Num""bers" to ${role};`,
          `grant usage on sequence "Num""bers".a to ${role};`,
          `grant insert, select, update on table "public"."Book" to ${role};`,
        ])
        expect(problems.map(({ code }) => code)).toEqual(problems.map(() => MISSING))
        expect([cured.grants, cured.problems]).toEqual([[], []])
        const { models } = await stage.importModels({ url })
        expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
      }))

    it('asks for no privilege that was granted in a schema out of reach', () =>
      withLibrary('', async (stage) => {
        const url = await createRole(
          stage,
          `${NOTHING}; grant insert, select on all tables in schema public to ROLE;
          grant update on "Book" to ROLE; grant usage on all sequences in schema public to ROLE`,
        )

        const { grants } = await stage.planImport({ url })

        expect(grants).toEqual([expect.stringMatching(/^grant usage on schema "public" to /)])
      }))

    it('is told by an import as one error', () =>
      withLibrary('', async (stage) => {
        const url = await createRole(stage, NOTHING)
        const { grants } = await stage.planImport({ url })

        const error = await expectRefusal(stage, url)

        expect(error.code).toBe(MISSING)
        expect(error.summary).toMatch(/ may not load Author, Book$/)
        expect(error.details.meta).toMatchObject({ grants })
        expect(error.details.meta).not.toHaveProperty('alsoFound')
        for (const grant of grants) expect(error.details.fix).toContain(grant)
      }))
  })

  it('refuses a database whose transactions are read-only by default', () =>
    withLibrary(READ_ONLY, async (stage) => {
      const { problems } = await stage.planImport()

      const error = await expectRefusal(stage)

      expect(problems.map(({ code }) => code)).toEqual(['PLAN.READ_ONLY'])
      expect(error.code).toBe('PLAN.READ_ONLY')
    }))

  describe('of a superuser', () => {
    it('tells what tables call with its rights', () =>
      withLibrary(CALLS, async (stage) => {
        const { warnings } = await stage.planImport()

        expect(warnings).toEqual([
          'The role "postgres" is a superuser, and what triggers, defaults and checks call has its rights: public.stamp, public.code, public.is_short, public.is_title, public.lowered. Import as another role unless you trust these.',
        ])
      }))

    it('tells that policies do not apply to it', () =>
      withLibrary('alter table "Book" enable row level security', async (stage) => {
        const { warnings } = await stage.planImport()

        expect(warnings).toEqual([
          'Row-level security does not apply to the role: no policy is checked for public.Book.',
        ])
      }))
  })

  describe('of ids that come to an end', () => {
    it('warns before there are none left, and where they may not fit', () =>
      withLibrary(
        `alter sequence "Author_id_seq" maxvalue 100 restart 95;
        insert into "Author" values (1, 'a');
        insert into "Book" values (9223372036854775806, '', 1)`,
        async (stage) => {
          const { warnings, problems } = await stage.planImport()

          expect(problems).toEqual([])
          expect(warnings).toEqual([
            'public.Author (id) comes to its end: its sequence ends at 100, which leaves room for about 4 more.',
            'The new ids of public.Book (id) may not fit: they may go as far as 9223372036854775808, but its type ends at 9223372036854775807.',
          ])
        },
      ))

    it('refuses a column that cannot refer to them, before a row is written', () =>
      withLibrary(
        `alter table "Author" alter id type bigint;
        alter sequence "Author_id_seq" as bigint restart 2147483647`,
        async (stage) => {
          const { warnings } = await stage.planImport()

          const error = await expectRefusal(stage)

          expect(warnings).toEqual([
            'public.Book (authorId) is integer, which ends at 2147483647, but the new keys of Author may go as far as 2147483648: widen the column.',
          ])
          expect(error.code).toBe('KEYS.NARROW_REFERENCE')
          expect(error.message).toBe(
            'public.Book has no room for the new keys of Author. "authorId" is integer, which ends at 2147483647, but the new keys go as far as 2147483648. Widen the column as the key of Author is, then import again: nothing was written.',
          )
        },
      ))
  })

  it('tells its warnings to who follows the progress, before the load', () =>
    withLibrary('', async (stage) => {
      const events: ProgressEvent[] = []
      const url = `${stage.url}?pgbouncer=true`

      const { warnings } = await stage.importModels({ url, onProgress: (e) => events.push(e) })

      const told = events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []))
      const types = events.map(({ type }) => type)
      expect(told).toEqual(warnings)
      expect(told).toEqual([expect.stringMatching(/connection pooler \(pgbouncer=true\)/)])
      expect(types.indexOf('warning')).toBeLessThan(types.indexOf('file-start'))
    }))
})

const MISSING = 'PLAN.MISSING_PRIVILEGE'

/** The ids of one table come from a sequence in another schema. */
const NUMBERED_ELSEWHERE = `
create schema "Num""bers";
create sequence "Num""bers".a;
alter table "Author" alter id set default nextval('"Num""bers".a');
drop sequence "Author_id_seq"`

const READ_ONLY = `
do $$ begin
  execute format('alter database %I set default_transaction_read_only = on', current_database());
end $$`

/** Functions that a trigger, a default, a check, a domain and an index call, and two of others. */
const CALLS = `
create extension "uuid-ossp";
create function stamp() returns trigger language plpgsql as 'begin return new; end';
create function code() returns text language sql as 'select ''x''';
create function is_short(text) returns boolean language sql immutable as 'select true';
create function is_title(text) returns boolean language sql immutable as 'select true';
create function lowered(text) returns text language sql immutable as 'select $1';
create function unused() returns text language sql as 'select ''x''';
create domain title as text check (is_title(value));
create trigger stamp before insert on "Author" for each row execute function stamp();
alter table "Author" alter name set default code(), add check (is_short(name));
alter table "Author" add extra text default uuid_generate_v4()::text, add at text default now()::text;
alter table "Book" alter title drop default, alter title type title, alter title set default code();
create index on "Book" (lowered(title))`

function withLibrary(rows: string, use: (stage: ImportStage) => Promise<void>): Promise<void> {
  return withImportStage({ schema: SCHEMA, rows, files: FILES }, use)
}

/** The error of an import that writes nothing. */
async function expectRefusal(stage: ImportStage, url = stage.url): Promise<GyroError> {
  const before = await stage.snapshot()

  const error = await stage.importModels({ url }).catch((thrown: unknown) => thrown)

  expect(error).toHaveProperty('name', 'GyroError')
  expect(await stage.snapshot()).toEqual(before)
  return error as GyroError
}
