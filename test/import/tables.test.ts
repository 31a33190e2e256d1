import { describe, expect, it } from '@jest/globals'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { itSince } from '../support/since.js'
import { isOfClient } from '../support/unless-client.js'

const LIBRARY = `
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

/** The same models over partitioned tables, with rows that are there already. */
const PARTITIONED = `
drop table "Book"; drop table "Author";
create table "Author" (id serial primary key, name text) partition by range (id);
create table a1 partition of "Author" for values from (1) to (11);
create table a2 partition of "Author" for values from (11) to (100);
create table "Book" (id int primary key, title text, "authorId" int references "Author")
  partition by range (id);
create table b1 partition of "Book" for values from (1) to (8);
create table b2 partition of "Book" for values from (8) to (12);
insert into "Author" (name) select 'old' from generate_series(1, 9);
insert into "Book" values (6, 'old', 1)`

describe('a partitioned table', () => {
  it('is loaded through its root, referred to and referring', () =>
    withLibrary(PARTITIONED, async (stage) => {
      const { drift, models } = await stage.planImport()

      const { checks } = await stage.importModels()

      expect(drift).toEqual([
        'Author.name is required in the schema, but may be NULL in the database.',
        'Book.authorId is required in the schema, but may be NULL in the database.',
      ])
      expect(models[1]?.references).toHaveLength(1)
      expect(checks.map(({ detail }) => detail)).toEqual([
        '4 rows read, 4 loaded.',
        'No dangling references: 1 checked by PostgreSQL.',
        'Sequences past the highest key: 1 of 1.',
      ])
      expect(await stage.query('select * from b1 order by id')).toEqual([
        [6, 'old', 1],
        [7, 't', 11],
      ])
      expect(await stage.query('select * from b2')).toEqual([[8, 'u', 10]])
      expect(await stage.query('select count(*)::int from a2')).toEqual([[1]])
    }))

  it('tells the line of a row that fits no partition', () =>
    withLibrary(`${PARTITIONED}; update "Book" set id = 11`, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels()

      await expect(importing).rejects.toMatchObject({
        code: 'LOAD.CHECK_VIOLATION',
        details: { meta: { line: 2, sqlstate: '23514' } },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('tells the line of a row that refers to nothing', () =>
    withLibrary(`${PARTITIONED}; delete from "Book"; delete from "Author" where id = 1`, (stage) =>
      expect(stage.importModels({ models: ['Book'] })).rejects.toMatchObject({
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: { line: 3, constraint: 'Book_authorId_fkey' } },
      }),
    ))

  it('may have a partition that is a model of its own', () =>
    withImportStage(
      {
        schema: LIBRARY.replace('books Book[]', 'books B2[]').replace('model Book', 'model B2'),
        rows: `drop table "B2"; create table "Book" (); ${PARTITIONED.replace('b2 partition of', '"B2" partition of')}, (9, 'old', 1)`,
        files: { 'Author.csv': FILES['Author.csv'], 'B2.csv': 'id,title,authorId\n1,p,2\n' },
      },
      async (stage) => {
        const { models, drift, problems } = await stage.planImport()

        const { checks } = await stage.importModels()

        expect(models.map(({ references }) => references.length)).toEqual([0, 1])
        expect(problems).toEqual([])
        expect(drift[0]).toBe('The schema has no model for Book of "public".')
        expect(checks[1]?.detail).toBe('No dangling references: 1 checked by PostgreSQL.')
        expect(await stage.query('select * from "Book" order by id')).toEqual([
          [6, 'old', 1],
          [9, 'old', 1],
          [10, 'p', 11],
        ])
      },
    ))
})

describe('a table that others inherit from', () => {
  it('is loaded with a warning', () =>
    withLibrary('create table "Novel" (pages int) inherits ("Book")', async (stage) => {
      const { warnings, problems } = await stage.planImport()

      await stage.importModels()

      expect(problems).toEqual([])
      expect(warnings.filter((warning) => !isOfClient(warning))).toEqual([
        'public.Book shares rows with public.Novel by INHERITS: PostgreSQL checks keys and references in each table by itself.',
      ])
      expect(await stage.query('select count(*)::int from only "Book"')).toEqual([[2]])
    }))
})

describe('a foreign table', () => {
  it('is loaded, and its references are looked up', () =>
    withLibrary('', async (stage) => {
      const { hostname, port, pathname, username, password } = new URL(stage.url)
      await stage.client.query(`
create extension postgres_fdw; create schema far; alter table "Book" set schema far;
alter table far."Book" drop constraint "Book_authorId_fkey";
create server far foreign data wrapper postgres_fdw
  options (host '${hostname}', port '${port}', dbname '${pathname.slice(1)}');
create user mapping for current_user server far
  options (user '${username}', password '${decodeURIComponent(password)}');
create sequence number start 40;
create foreign table "Book"
  (id int not null default nextval('number'), title text, "authorId" int not null)
  server far options (schema_name 'far')`)

      const { checks } = await stage.importModels()

      expect(checks[1]?.detail).toBe('No dangling references: 1 looked up.')
      expect(await stage.query('select id, "authorId" from far."Book" order by id')).toEqual([
        [40, 2],
        [41, 1],
      ])
    }))
})

describe('an identity', () => {
  it.each(['always', 'by default'])('generated %s keeps and gives ids', (kind) =>
    withLibrary(
      `
alter table "Author" alter id drop default;
alter table "Author" alter id add generated ${kind} as identity (start 30)`,
      async (stage) => {
        await stage.importModels({ strategy: { Author: 'none' } })
        const { models } = await stage.importModels()

        expect(models[0]?.keys).toEqual({ from: '30', to: '31' })
        expect(await stage.query('select id from "Author" order by id')).toEqual([
          [1],
          [2],
          [30],
          [31],
        ])
      },
    ),
  )
})

describe('a column that the database computes', () => {
  it('is left out when it is stored', () => expectLeftOut('stored'))

  itSince(18)('is left out when it is virtual', () => expectLeftOut('virtual'))

  function expectLeftOut(kind: string): Promise<void> {
    return withLibrary(
      `
alter table "Book" drop title;
alter table "Book" add title text generated always as (case id when 1 then 'first' end) ${kind}`,
      async (stage) => {
        await stage.importModels()

        const rows = await stage.query('select title from "Book" order by id')
        expect(rows).toEqual([['first'], [null]])
      },
    )
  }
})

describe('a domain over an integer', () => {
  it('is a key like an integer', () =>
    withLibrary(
      `
create domain positive as int check (value > 0);
alter table "Book" drop constraint "Book_authorId_fkey", alter "authorId" type positive;
alter table "Author" alter id type positive;
alter table "Book" add foreign key ("authorId") references "Author";
insert into "Author" (name) select 'old' from generate_series(1, 5)`,
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select "authorId" from "Book" order by id')).toEqual([[7], [6]])
      },
    ))
})

describe('a constraint', () => {
  it.each([
    [
      'CHECK',
      `alter table "Book" add constraint rule check (title <> 'u')`,
      'LOAD.CHECK_VIOLATION',
      '23514',
    ],
    [
      'EXCLUDE',
      `alter table "Book" add constraint rule exclude (title with =);
      insert into "Author" (name) values ('x'); insert into "Book" values (1, 'u', 1)`,
      'LOAD.DUPLICATE',
      '23P01',
    ],
    [
      'UNIQUE that is deferred',
      `alter table "Book" add constraint rule unique (title) deferrable initially deferred;
      insert into "Author" (name) values ('x'); insert into "Book" values (1, 'u', 1)`,
      'LOAD.DUPLICATE',
      '23505',
    ],
  ])('of the kind %s refuses the import as a whole', (_, rows, code, sqlstate) =>
    withLibrary(rows, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels()

      await expect(importing).rejects.toMatchObject({
        code,
        details: { meta: { constraint: 'rule', sqlstate } },
      })
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it('that is deferred lets values pass each other', () =>
    withLibrary(
      `
alter table "Book" drop constraint "Book_authorId_fkey";
alter table "Book" add foreign key ("authorId") references "Author" deferrable initially deferred,
  add constraint rule exclude (title with =) deferrable initially deferred`,
      async (stage) => {
        const { checks } = await stage.importModels()

        expect(checks[1]?.detail).toBe('No dangling references: 1 checked by PostgreSQL.')
      },
    ))
})

describe('a session that is a replica', () => {
  it('has references looked up, as its foreign keys check nothing', () =>
    withLibrary(REPLICA, async (stage) => {
      const { checks } = await stage.importModels()
      await stage.client.query('truncate "Book", "Author"')
      const dangling = stage.importModels({ models: ['Book'] })

      expect(checks[1]?.detail).toBe('No dangling references: 1 looked up.')
      await expect(dangling).rejects.toMatchObject({ code: 'IMPORT.CHECK_FAILED' })
    }))
})

const REPLICA = `do $$ begin
  execute format('alter database %I set session_replication_role = replica', current_database());
end $$`

describe('triggers', () => {
  it('are listed in the order in which they fire', () =>
    withLibrary(
      `
create schema app;
create function app.log() returns trigger language plpgsql as 'begin return new; end';
create trigger z_rows before insert or update on "Book" for each row execute function app.log();
create trigger a_rows after insert on "Book" for each row execute function app.log();
create trigger b_start before insert on "Book" execute function app.log();
create trigger b_end after insert on "Book" execute function app.log();
create constraint trigger late after insert on "Book" initially deferred
  for each row execute function app.log();
create trigger others after update or delete on "Book" for each row execute function app.log();
create trigger off before insert on "Book" for each row execute function app.log();
create trigger on_replica before insert on "Book" for each row execute function app.log();
alter table "Book" disable trigger off, enable replica trigger on_replica`,
      async (stage) => {
        const { models } = await stage.planImport()

        expect(models.map(({ triggers }) => triggers)).toEqual([
          [],
          [
            { name: 'b_start', timing: 'before', level: 'statement', function: 'app.log' },
            { name: 'z_rows', timing: 'before', level: 'row', function: 'app.log' },
            { name: 'a_rows', timing: 'after', level: 'row', function: 'app.log' },
            { name: 'late', timing: 'after', level: 'row', function: 'app.log' },
            { name: 'b_end', timing: 'after', level: 'statement', function: 'app.log' },
          ],
        ])
      },
    ))

  it('of partitions are those that rows meet there', () =>
    withLibrary(
      `${PARTITIONED};
create function log() returns trigger language plpgsql as 'begin return new; end';
create trigger of_root after insert on "Book" for each row execute function log();
create trigger of_leaf before insert on b1 for each row execute function log();
create trigger never before insert on b1 execute function log();`,
      async (stage) => {
        const { models } = await stage.planImport()

        expect(models[1]?.triggers.map(({ name }) => name)).toEqual(['of_leaf', 'of_root'])
      },
    ))

  it('of a replica are those that are enabled there', () =>
    withLibrary(
      `${REPLICA};
create function log() returns trigger language plpgsql as 'begin return new; end';
create trigger off before insert on "Book" for each row execute function log();
create trigger on_replica before insert on "Book" for each row execute function log();
alter table "Book" enable replica trigger on_replica`,
      async (stage) => {
        const { models } = await stage.planImport()

        expect(models[1]?.triggers.map(({ name }) => name)).toEqual(['on_replica'])
      },
    ))
})

describe('times', () => {
  const EVENTS = `
model Event {
  id      Int       @id @default(autoincrement())
  at      DateTime  @db.Timestamp(3)
  zoned   DateTime  @db.Timestamptz(3)
  made    DateTime  @default(now()) @db.Timestamp(3)
}
`

  it('are those of UTC, year first, whatever the role prefers', () =>
    withImportStage(
      {
        schema: EVENTS,
        files: {
          'Event.csv':
            'id,at,zoned\n1,2024-03-04 12:00,2024-03-04 12:00\n2,2003-04-05,2024-03-04T12:00Z\n',
        },
      },
      async (stage) => {
        const role = `traveller_${Math.random().toString(36).slice(2)}`
        await stage.client.query(`
create role ${role} superuser login password 'x';
alter role ${role} set timezone = 'Asia/Tokyo';
alter role ${role} set datestyle = 'SQL, DMY'`)
        const url = Object.assign(new URL(stage.url), { username: role, password: 'x' }).href

        await stage.importModels({ url, history: false })

        const rows = await stage.query(`
select at::text, (zoned at time zone 'UTC')::text,
  abs(extract(epoch from made - (now() at time zone 'UTC')))::int < 60
from "Event" order by id`)
        expect(rows).toEqual([
          ['2024-03-04 12:00:00', '2024-03-04 12:00:00', true],
          ['2003-04-05 00:00:00', '2024-03-04 12:00:00', true],
        ])
        await stage.client.query(`drop role ${role}`)
      },
    ))
})

describe('a search path of the role', () => {
  it('is that of its triggers, and changes nothing else', () =>
    withLibrary(
      `
create schema app; create table app.log (id int); create table app."Book" (id int);
create function app.log() returns trigger language plpgsql as $$
begin
  insert into log values (new.id);
  return new;
end $$;
create trigger log after insert on "Book" for each row execute function app.log()`,
      async (stage) => {
        const url = `${stage.url}?options=${encodeURIComponent('-c search_path=app,pg_catalog')}`
        await withConnection(parseDatabaseUrl(url), (client) => client.query('select 1 from log'))

        await stage.importModels({ url })

        expect(await stage.query('select id from app.log order by 1')).toEqual([[1], [2]])
        expect(await stage.query('select count(*)::int from "Book"')).toEqual([[2]])
      },
    ))
})

function withLibrary(rows: string, use: (stage: ImportStage) => Promise<void>): Promise<void> {
  return withImportStage({ schema: LIBRARY, rows, files: FILES }, use)
}
