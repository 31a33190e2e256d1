import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { createRole, OWNER } from '../support/roles.js'
import { itSince, SERVER_MAJOR } from '../support/since.js'

const LIBRARY = `
model Author {
  id      Int      @id @default(autoincrement())
  name    String
  email   String?
  born    Int?
  books   Book[]
}

model Book {
  id       Int     @id
  title    String?
  authorId Int
  author   Author  @relation(fields: [authorId], references: [id])
  sequelTo Int?
  sequel   Book?   @relation("sequel", fields: [sequelTo], references: [id])
  sequels  Book[]  @relation("sequel")
}
`

const TEAMS = `
model Team {
  id      Int    @id
  ownerId Int
  owner   User   @relation("owner", fields: [ownerId], references: [id])
  members User[] @relation("team")
}
model User {
  id     Int    @id
  teamId Int
  team   Team   @relation("team", fields: [teamId], references: [id])
  owned  Team[] @relation("owner")
}`

const FILES = {
  'Author.csv': 'id,name,email,born\n1,a,a@x,1900\n2,b,b@x,\n',
  'Book.csv': 'id,title,authorId,sequelTo\n5,t,2,9\n9,u,1,\n',
}

/** Since PostgreSQL 15. */
const NULLS_NOT_DISTINCT = SERVER_MAJOR >= 15 ? 'nulls not distinct' : ''

/** One of every kind: what is dropped and made again, and what stays. */
const EVERYTHING = `
create table "Author" (
  id serial,
  name text not null,
  email text collate "C",
  born int,
  constraint "Author_pkey" primary key (id) include (name) with (fillfactor = 80),
  constraint author_email unique (email) deferrable initially deferred,
  constraint author_born unique ${NULLS_NOT_DISTINCT} (email, born),
  constraint author_check check (born > 0),
  constraint author_excluded exclude using btree (born with =)
);
create table "Book" (
  id int primary key,
  title text,
  "authorId" int not null constraint book_author references "Author" on update cascade,
  "sequelTo" int constraint book_sequel references "Book" on delete set null deferrable initially deferred
);
create table "Review" (book int constraint review_book references "Book");
create index by_name on "Author" (lower(name) desc nulls last, (born + 1)) include (email)
  with (fillfactor = 70) where born is not null;
alter index by_name alter column 1 set statistics 500;
alter index by_name alter column 2 set statistics 0;
create unique index "by Title" on "Book" (title text_pattern_ops, id);
create unique index identity_of_author on "Author" (name);
create index by_hash on "Book" using hash ("authorId");
create index hidden on "Author" (born);
create view grouped as select title, count(*) from "Book" group by id;
alter table "Author" cluster on hidden;
alter table "Author" replica identity using index identity_of_author;
comment on constraint book_author on "Book" is 'it''s \\ a comment';
comment on constraint "Author_pkey" on "Author" is 'the key';
comment on index "Author_pkey" is 'the index of the key';
comment on index by_name is 'by name';
comment on constraint author_check on "Author" is 'stays'`

/** Everything that could get lost, in words of its own: not those of the code that is tested. */
const CATALOG = `
select 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid),
  concat_ws(' ', condeferrable, condeferred, convalidated, conindid::regclass, confrelid::regclass),
  obj_description(oid, 'pg_constraint')
from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index', indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid),
  concat_ws(' ', indisprimary, indisunique, indimmediate, indisclustered, indisvalid, indisreplident,
    (select concat_ws(' ', c.reloptions, s.spcname) from pg_class c
     left join pg_tablespace s on s.oid = c.reltablespace where c.oid = indexrelid),
    (select string_agg(concat_ws(' ', attname, attstattarget), ',' order by attnum)
     from pg_attribute where attrelid = indexrelid)),
  obj_description(indexrelid, 'pg_class')
from pg_index where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
union all
select 'table', oid::regclass::text, relname, concat_ws(' ', relreplident, relowner, relchecks),
  (select string_agg(concat_ws(' ', attname, attnotnull), ',' order by attnum) from pg_attribute
   where attrelid = c.oid and attnum > 0), null
from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
order by 1, 2, 3, 4`

/** More than what is needed for a rebuild. */
const MANY_BOOKS = `id,title,authorId,sequelTo\n${Array.from({ length: 150_000 }, (_, index) => `${index + 1},a title,1,\n`).join('')}`

const AUTHOR = `insert into "Author" values (1, 'n')`

const TRIGGER = `
create function nothing() returns trigger language plpgsql as 'begin return new; end';
create trigger nothing before insert on "Book" for each row execute function nothing()`

/** `Book` refers to itself. */
const STAYS =
  'Constraints stay in place; one COPY holds all rows, so that Book.sequel may point forward.'

const WHY =
  'As asked for: foreign keys and indexes are dropped, then made again, which checks every row.'

const REBUILD = { fkMode: 'rebuild' } as const

describe('a rebuild', () => {
  it('loads rows, puts everything back and has every reference checked', () =>
    withLibrary(EVERYTHING, async (stage) => {
      const before = await stage.query(CATALOG)

      const { models, checks } = await stage.importModels(REBUILD)

      expect(await stage.query(CATALOG)).toEqual(before)
      expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
        ['rebuild', 2],
        ['rebuild', 2],
      ])
      expect(checks.map(({ detail }) => detail)).toEqual([
        '4 rows read, 4 loaded.',
        'No dangling references: 2 checked by PostgreSQL.',
        'Sequences past the highest key: 1 of 1.',
      ])
      expect(await stage.query('select * from "Book" order by id')).toEqual([
        [1, 't', 2, 2],
        [2, 'u', 1, null],
      ])
    }))

  it('leaves everything as it was when it fails', () =>
    withLibrary(EVERYTHING, async (stage) => {
      await stage.client.query(`insert into "Author" (name, email, born) values ('a', 'z', 1)`)
      const before = [await stage.query(CATALOG), await stage.snapshot()]

      const importing = stage.importModels(REBUILD)

      await expect(importing).rejects.toMatchObject({
        code: 'LOAD.DUPLICATE',
        details: { meta: { line: 2, constraint: 'identity_of_author' } },
      })
      expect([await stage.query(CATALOG), await stage.snapshot()]).toEqual(before)
    }))

  it('says what it locks, how long and what stays', () =>
    withLibrary(EVERYTHING, async (stage) => {
      await stage.client.query(`
insert into "Author" (name, born) values ('z', 1);
analyze "Author"`)

      const { steps, rebuild } = await stage.planImport(REBUILD)

      expect(steps.map(({ technique, why }) => [technique, why])).toEqual([
        ['rebuild', WHY],
        ['rebuild', WHY],
      ])
      expect(rebuild).toEqual({
        locked: [
          { table: 'public.Author', bytes: expect.any(Number), rows: 1 },
          { table: 'public.Book', bytes: expect.any(Number), rows: null },
        ],
        kept: [
          'The index author_excluded of public.Author stays: it excludes rows, which is checked row by row anyway.',
          'The index Book_pkey of public.Book stays: rule _RETURN on view grouped depends on it.',
        ],
        seconds: expect.any(Number),
      })
    }))

  it('locks no table that only refers to it', () =>
    withLibrary(EVERYTHING.replace(/create view .*;/, ''), async (stage) => {
      const { rebuild } = await stage.planImport(REBUILD)

      expect(rebuild?.locked.map(({ table }) => table)).toEqual(['public.Author', 'public.Book'])
      expect(rebuild?.kept[1]).toBe(
        'The index Book_pkey of public.Book stays: review_book of public.Review refers to it.',
      )
    }))

  it('keeps foreign keys that would come back unchecked, and has them checked', () =>
    withLibrary(
      `${EVERYTHING};
alter table "Book" add constraint book_title foreign key (title) references "Author" (name) not valid`,
      async (stage) => {
        const before = await stage.query(CATALOG)

        const { rebuild } = await stage.planImport(REBUILD)
        const importing = stage.importModels(REBUILD)

        expect(rebuild?.kept).toEqual(
          expect.arrayContaining([
            'The foreign key book_title of public.Book stays: put back, it would check no row of the import.',
            'The index identity_of_author of public.Author stays: book_title of public.Book refers to it.',
          ]),
        )
        await expect(importing).rejects.toMatchObject({ code: 'LOAD.MISSING_REFERENCE' })
        expect(await stage.query(CATALOG)).toEqual(before)
      },
    ))

  it('loads tables that have nothing to rebuild, and foreign tables', () =>
    withLibrary(
      `
create table "Author" (id serial, name text, email text, born int);
create table stored (id int primary key, title text, "authorId" int, "sequelTo" int);
create extension postgres_fdw`,
      async (stage) => {
        const { host, port, pathname, username, password } = new URL(stage.url)
        await stage.client.query(`
create server loop foreign data wrapper postgres_fdw
  options (host '${host.split(':')[0]}', port '${port}', dbname '${pathname.slice(1)}');
create user mapping for current_user server loop
  options (user '${username}', password '${decodeURIComponent(password)}');
create foreign table "Book" (id int, title text, "authorId" int, "sequelTo" int) server loop
  options (table_name 'stored')`)

        const { rebuild } = await stage.planImport({ ...REBUILD, strategy: 'none' })
        const { models } = await stage.importModels({ ...REBUILD, strategy: 'none' })

        expect(rebuild).toMatchObject({ locked: [], kept: [] })
        expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
      },
    ))

  it('keeps indexes in their tablespace', () =>
    withTablespace((space) =>
      withLibrary('', async (stage) => {
        await stage.client.query(`
create index spaced on "Book" (title) tablespace ${space};
alter index "Author_pkey" set tablespace ${space};
alter database ${await databaseOf(stage.client)} set default_tablespace = ${space}`)
        const before = await stage.query(CATALOG)

        await stage.importModels(REBUILD)

        expect(await stage.query(CATALOG)).toEqual(before)
        expect(before.filter((row) => String(row[4]).includes(space))).toHaveLength(2)
        await stage.client.query('drop table "Book", "Author"')
      }),
    ))

  it('needs no temporary tables for a cycle, however large', () =>
    withImportStage(
      {
        schema: TEAMS,
        files: {
          'Team.csv': 'id,ownerId\n1,7\n',
          'User.csv': `id,teamId\n7,1\n8,${'0'.repeat(2 ** 24)}1\n`,
        },
      },
      async (stage) => {
        const url = await createRole(
          stage,
          `${OWNER}; grant create on schema public to ROLE; revoke temporary on database DATABASE from public`,
        )

        const checked = await stage.planImport({ url, fkMode: 'checked' })
        const rebuilt = await stage.planImport({ url, fkMode: 'rebuild' })

        expect(checked.problems.map(({ code }) => code)).toEqual(['PLAN.MISSING_PRIVILEGE'])
        expect(rebuilt.problems).toEqual([])
        expect(rebuilt.steps.map(({ technique }) => technique)).toEqual(['rebuild'])
      },
    ))

  it('loads cycles', () =>
    withTeams(async (stage) => {
      const { models } = await stage.importModels(REBUILD)

      expect(models.map(({ loaded, technique }) => [loaded, technique])).toEqual([
        [1, 'rebuild'],
        [2, 'rebuild'],
      ])
    }))

  itSince(18)('leaves cycles to their own technique where a foreign key stays', () =>
    withTeams(async (stage) => {
      await stage.client.query(
        'alter table "User" alter constraint "User_teamId_fkey" not enforced',
      )

      const { models } = await stage.importModels(REBUILD)

      expect(models.map(({ technique }) => technique)).toEqual(['cycle', 'cycle'])
    }),
  )

  it('drops the foreign keys of a partitioned table and keeps its indexes', () =>
    withLibrary(
      `
create table "Author" (id serial primary key, name text, email text, born int) partition by range (id);
create table a1 partition of "Author" for values from (1) to (2);
create table a2 partition of "Author" for values from (2) to (100);
create table "Book" (id int primary key, title text, "authorId" int references "Author",
  "sequelTo" int references "Book") partition by range (id);
create table b1 partition of "Book" default;
create index by_title on b1 (title)`,
      async (stage) => {
        const before = await stage.query(CATALOG)

        const { rebuild } = await stage.planImport(REBUILD)
        await stage.importModels(REBUILD)

        expect(await stage.query(CATALOG)).toEqual(before)
        expect(rebuild?.kept).toEqual([
          'The index Author_pkey of public.Author stays: the table is partitioned or a partition.',
          'The index Book_pkey of public.Book stays: the table is partitioned or a partition.',
        ])
      },
    ))

  it('keeps the foreign keys of a partitioned table that a partition does not check', () =>
    withLibrary(
      `
create table "Author" (id serial primary key, name text, email text, born int);
create table "Book" (id int primary key, title text, "authorId" int references "Author",
  "sequelTo" int) partition by range (id);
create table b1 partition of "Book" default;
alter table b1 disable trigger all`,
      async (stage) => {
        const { rebuild } = await stage.planImport(REBUILD)

        expect(rebuild?.kept).toContain(
          'The foreign key Book_authorId_fkey of public.Book stays: its triggers are disabled or changed.',
        )
      },
    ))

  it.each<[string, string, string, object]>([
    [
      'a reference to nothing',
      'id,title,authorId,sequelTo\n5,t,2,\n9,u,77,\n',
      '',
      {
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: { line: 3, constraint: 'Book_authorId_fkey' } },
      },
    ],
    [
      'a key twice',
      'id,title,authorId,sequelTo\n5,t,2,\n9,u,1,\n4,u,2,\n',
      'create unique index by_title on "Book" (title)',
      { code: 'LOAD.DUPLICATE', details: { meta: { line: 3, constraint: 'by_title' } } },
    ],
    [
      'a key of an expression twice',
      'id,title,authorId,sequelTo\n5,t,2,\n9,T,1,\n',
      'create unique index by_title on "Book" (lower(title))',
      { code: 'LOAD.DUPLICATE', details: { meta: { file: expect.stringMatching(/Book\.csv$/) } } },
    ],
  ])('finds the row of %s', (_, books, sql, wanted) =>
    withImportStage(
      { schema: LIBRARY, rows: sql, files: { ...FILES, 'Book.csv': books } },
      async (stage) => {
        // Authors keep their keys, so that a dangling one is PostgreSQL's to find.
        const strategy = { Author: 'none', Book: 'none' } as const

        const importing = stage.importModels({ ...REBUILD, strategy })

        await expect(importing).rejects.toMatchObject(wanted)
      },
    ),
  )

  it('tells what an index refuses that names no table', () =>
    withLibrary(
      `${EVERYTHING};
create function strict(text) returns text immutable language plpgsql as $$
begin if $1 = 'u' then raise 'cell %', $1; end if; return $1; end $$;
create index by_function on "Book" (strict(title))`,
      async (stage) => {
        const importing = stage.importModels(REBUILD)

        await expect(importing).rejects.toMatchObject({
          code: 'POSTGRES.REFUSED',
          message: expect.not.stringContaining('cell'),
        })
      },
    ))

  it('refuses what does not come back as it was', () =>
    withLibrary(EVERYTHING, async (stage) => {
      await stage.client.query(`
create function change() returns event_trigger language plpgsql as $$
begin
  if pg_trigger_depth() = 0 and to_regclass('by_hash') is not null
    and obj_description(to_regclass('by_hash'), 'pg_class') is null then
    comment on index by_hash is 'by another hand';
  end if;
end $$;
create event trigger change on ddl_command_end when tag in ('CREATE INDEX') execute function change()`)

      // A history has indexes, too.
      const importing = stage.importModels({ ...REBUILD, history: false })

      await expect(importing).rejects.toMatchObject({
        code: 'LOAD.REBUILD_DIFFERS',
        details: { meta: { difference: 'the index "by_hash" of public.Book' } },
      })
    }))
})

describe('a role', () => {
  it('rebuilds as the owner, superuser or not', () =>
    withRole('', async (role, stage, url) => {
      await stage.client.query(`
alter table "Author" owner to ${role}; alter table "Book" owner to ${role};
grant create on schema public to ${role}`)
      const before = await stage.query(CATALOG)

      const { models } = await stage.importModels({ ...REBUILD, url })

      expect(models[0]?.technique).toBe('rebuild')
      expect(await stage.query(CATALOG)).toEqual(before)
    }))

  it('is refused when it may only insert', () =>
    withRole('grant insert, select on all tables in schema public to', async (_, stage, url) => {
      const { problems } = await stage.planImport({ ...REBUILD, url })

      expect(problems.find(({ code }) => code === 'PLAN.NOT_OWNER')).toMatchObject({
        why: 'Dropping foreign keys and indexes and making them again needs the owner: the role does not own public.Author, public.Book nor have CREATE on the schema public.',
      })
    }))

  it('is refused when policies would hide rows from the check', () =>
    withRole('', async (role, stage, url) => {
      await stage.client.query(`
alter table "Author" owner to ${role}; alter table "Book" owner to ${role};
grant create on schema public to ${role};
alter table "Book" enable row level security; alter table "Book" force row level security`)

      const { problems } = await stage.planImport({ ...REBUILD, url })

      expect(problems.map(({ code, why }) => `${code}: ${why}`)).toEqual([
        'PLAN.HIDDEN_ROWS: Row-level security of public.Book applies to the role, and a foreign key that is made again is checked by the rows that the role may see.',
      ])
    }))

  it('is refused when it owns the tables and may not make indexes', () =>
    withRole('', async (role, stage, url) => {
      await stage.client.query(`
alter table "Author" owner to ${role}; alter table "Book" owner to ${role}`)

      const { problems } = await stage.planImport({ ...REBUILD, url })

      expect(problems[0]?.why).toMatch(/the role does not have CREATE on the schema public\.$/)
    }))
})

describe('fkMode auto', () => {
  it('locks no table that an application uses', () =>
    withImportStage(
      { schema: LIBRARY, rows: AUTHOR, files: { 'Book.csv': MANY_BOOKS } },
      async (stage) => {
        await stage.client.query(`set lock_timeout = '50ms'`)
        const writing: Promise<unknown>[] = []

        await stage.importModels({
          strategy: 'none',
          onProgress: (event) => {
            if (event.type !== 'file-progress' || writing.length > 0) return
            writing.push(stage.client.query(`update "Author" set name = 'x'`))
          },
        })

        expect(await Promise.all(writing)).toMatchObject([{ rowCount: 1 }])
      },
    ))

  it.each<[string, string, string, string]>([
    [
      'rebuild',
      'every table is empty',
      '',
      'Every table that this locks is empty and the load is big enough to pay: foreign keys and indexes are dropped, then made again, which checks every row.',
    ],
    [
      'checked',
      'a table that is loaded holds a row',
      `${AUTHOR}; insert into "Book" values (1, 't', 1)`,
      `${STAYS} A rebuild would be faster, but public.Author holds rows, and nobody else could use it until COMMIT.`,
    ],
    [
      'checked',
      'a table that is referred to holds a row',
      AUTHOR,
      `${STAYS} A rebuild would be faster, but public.Author holds rows, and nobody else could use it until COMMIT.`,
    ],
    [
      'checked',
      'a trigger may need the indexes',
      TRIGGER,
      `${STAYS} A rebuild would be faster, but the triggers of public.Book may need its keys and indexes.`,
    ],
    [
      'checked',
      'there is nothing to rebuild',
      'drop table "Book", "Author"; create table "Author" (id int, name text, email text, born int); create table "Book" (id int, title text, "authorId" int, "sequelTo" int)',
      STAYS,
    ],
  ])('is %s where %s', (technique, _, sql, why) =>
    withImportStage(
      {
        schema: LIBRARY,
        rows: sql,
        files: { 'Book.csv': MANY_BOOKS },
      },
      async (stage) => {
        const { steps } = await stage.planImport()

        expect(steps).toMatchObject([{ technique, why }])
      },
    ),
  )

  it('is checked where the role does not own a table', () =>
    withRole('grant insert, select on all tables in schema public to', async (_, stage, url) => {
      await writeFile(path.join(stage.folder, 'Book.csv'), MANY_BOOKS)

      const { steps } = await stage.planImport({ url })

      expect(steps[0]?.technique).toBe('checked')
      expect(steps[0]?.why).toMatch(/but the role may not change public\.Author\.$/)
    }))

  it('is checked where the role does not see whether a table is empty', () =>
    withRole('', async (role, stage, url) => {
      await stage.client.query(`
alter table "Author" owner to ${role}; alter table "Book" owner to ${role};
grant create on schema public to ${role}; revoke select on "Book" from ${role}`)
      await writeFile(path.join(stage.folder, 'Book.csv'), MANY_BOOKS)

      const { steps } = await stage.planImport({ url, strategy: 'none' })

      expect(steps[0]?.technique).toBe('checked')
      expect(steps[0]?.why).toMatch(/but the role may not see whether public\.Book is empty\.$/)
    }))

  it('is the same for rows of a program as for files', () =>
    withLibrary('', async ({ importModels, planImport, query }) => {
      const rows = {
        Author: [{ id: 7, name: 'a' }],
        Book: Array.from({ length: 3000 }, (_, id) => ({
          id,
          authorId: 7,
          title: 'x'.repeat(800),
        })),
      }

      const { steps } = await planImport({ rows })
      const { models } = await importModels({ rows })

      expect(steps.map(({ technique }) => technique)).toEqual(['rebuild', 'rebuild'])
      expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
        ['rebuild', 1],
        ['rebuild', 3000],
      ])
      expect(await query('select count(*)::int from "Book"')).toEqual([[3000]])
    }))

  it('is checked where the load is small', () =>
    withLibrary('', async (stage) => {
      const { steps, rebuild } = await stage.planImport()

      expect(steps[0]?.technique).toBe('checked')
      expect(rebuild).toBeNull()
    }))
})

function withTeams(use: (stage: ImportStage) => Promise<void>): Promise<void> {
  return withImportStage(
    {
      schema: TEAMS,
      files: { 'Team.csv': 'id,ownerId\n1,7\n', 'User.csv': 'id,teamId\n7,1\n8,1\n' },
    },
    use,
  )
}

function withLibrary<Result>(
  sql: string,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: LIBRARY, ...(sql === '' ? {} : { sql }), files: FILES }, use)
}

/** A role of its own, and the URL to import as it. */
function withRole(
  grant: string,
  use: (role: string, stage: ImportStage, url: string) => Promise<void>,
): Promise<void> {
  return withLibrary('', async (stage) => {
    const role = `r_${await databaseOf(stage.client)}`
    await stage.client.query(`
create role ${role} login password 'x';
revoke create on schema public from public;
grant usage on all sequences in schema public to ${role};
${grant === '' ? '' : `${grant} ${role}`}`)
    const url = Object.assign(new URL(stage.url), { username: role, password: 'x' })
    try {
      await use(role, stage, url.href)
    } finally {
      await stage.client.query(
        `reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`,
      )
    }
  })
}

async function databaseOf(client: PostgresClient): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  return String(rows[0]?.name)
}

/** A tablespace, gone afterwards. */
async function withTablespace(use: (name: string) => Promise<void>): Promise<void> {
  const name = `space_${randomUUID().replaceAll('-', '')}`
  const url = parseDatabaseUrl(String(process.env['PRISMA_GYRO_TEST_URL']))
  await withConnection(url, async (client) => {
    await client.query('set allow_in_place_tablespaces = on')
    await client.query(`create tablespace ${name} location ''`)
    try {
      await use(name)
    } finally {
      await client.query(`drop tablespace ${name}`)
    }
  })
}
