import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import type { GyroError } from '../../src/error/gyro-error.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const MARKER = 'cell-4711'

const LIBRARY = `
model Author {
  id    Int    @id @default(autoincrement())
  name  String
  books Book[]
}

model Book {
  id       Int    @id
  title    String
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}
`

const FILES = {
  'Author.csv': 'id,name\n1,a\n2,b\n',
  'Book.csv': `id,title,authorId\n5,${MARKER},2\n9,u,1\n`,
}

const TABLES = `
create table "Author" (id serial primary key, name text not null);
create table "Book" (id int primary key, title text not null, "authorId" int not null references "Author")`

/** Keeps COPY busy until it is stopped. */
const SLOW_BOOKS = `
create function linger() returns trigger language plpgsql as $$
begin
  perform pg_sleep(20);
  return new;
end $$;
`
const SLOW_ROWS = `${SLOW_BOOKS} create trigger linger before insert on "Book" for each row execute function linger()`
const SLOW_CHECKS = `${SLOW_BOOKS} create trigger linger after insert on "Book" for each row execute function linger()`

describe('importModels', () => {
  describe('rows that refer to rows of their own table', () => {
    const NODES = `
model Node {
  id       Int    @id @default(autoincrement())
  name     String
  parentId Int?
  parent   Node?  @relation("tree", fields: [parentId], references: [id])
  children Node[] @relation("tree")
}
`
    const TREE = `
select n.name, p.name, p.id is not distinct from n."parentId", n.id from "Node" n left join "Node" p on p.id = n."parentId"
where n.id > 3 order by n.id`

    it.each([
      ['children first', '9,c,5\n5,b,1\n1,a,\n'],
      ['parents first', '1,a,\n5,b,1\n9,c,5\n'],
    ])('find them with %s', (_, rows) =>
      withImportStage(
        {
          schema: NODES,
          rows: `insert into "Node" (name) values ('x'), ('y'), ('z')`,
          files: { 'Node.csv': `id,name,parentId\n${rows}` },
        },
        async (stage) => {
          await stage.importModels()

          expect(await stage.query(TREE)).toEqual([
            ['a', null, true, 4],
            ['b', 'a', true, 5],
            ['c', 'b', true, 6],
          ])
        },
      ),
    )

    it('may refer to each other in a circle and to themselves', () =>
      withImportStage(
        { schema: NODES, files: { 'Node.csv': 'id,name,parentId\n7,a,8\n8,b,7\n9,c,9\n' } },
        async (stage) => {
          await stage.importModels()

          const rows = await stage.query('select name, id, "parentId" from "Node" order by 1')
          expect(rows).toEqual([
            ['a', 1, 2],
            ['b', 2, 1],
            ['c', 3, 3],
          ])
        },
      ))

    it('find them through a composite key', () =>
      withImportStage(
        {
          schema: `
model Tree {
  id    Int    @id @default(autoincrement())
  nodes Node[]
}

model Node {
  treeId   Int
  id       Int
  parentId Int?
  tree     Tree   @relation(fields: [treeId], references: [id])
  parent   Node?  @relation("tree", fields: [treeId, parentId], references: [treeId, id])
  children Node[] @relation("tree")

  @@id([treeId, id])
}
`,
          rows: 'insert into "Tree" default values; insert into "Node" values (1, 1, null)',
          files: {
            'Tree.csv': 'id\n1\n3\n',
            'Node.csv': 'treeId,id,parentId\n3,2,1\n3,1,\n1,1,\n1,2,1\n',
          },
        },
        async (stage) => {
          await stage.importModels()

          const rows = await stage.query('select * from "Node" order by 1, 2')
          expect(rows).toEqual([
            [1, 1, null],
            [2, 1, null],
            [2, 2, 1],
            [3, 1, null],
            [3, 2, 1],
          ])
        },
      ))
  })

  it('carries new keys through composite keys, keys that are references and join tables', () =>
    withImportStage(
      {
        schema: `
model User {
  id      Int      @id @default(autoincrement())
  profile Profile?
  posts   Post[]
  tags    Tag[]
}

/// Its key is a reference.
model Profile {
  userId Int     @id
  user   User    @relation(fields: [userId], references: [id])
  badges Badge[]
}

/// Refers to a key that is a reference.
model Badge {
  id        Int     @id @default(autoincrement())
  profileId Int
  profile   Profile @relation(fields: [profileId], references: [userId])
}

model Post {
  userId Int
  number Int
  user   User   @relation(fields: [userId], references: [id])
  notes  Note[]

  @@id([userId, number])
}

model Note {
  id     BigInt @id @default(autoincrement())
  userId Int
  number Int
  post   Post   @relation(fields: [userId, number], references: [userId, number])
}

model Tag {
  id    Int    @id @default(autoincrement())
  users User[]
}
`,
        rows: `
insert into "User" select from generate_series(1, 10); insert into "Profile" values (1);
insert into "Tag" select from generate_series(1, 20)`,
        files: {
          'User.csv': 'id\n1\n2\n',
          'Profile.csv': 'userId\n2\n1\n',
          'Badge.csv': 'id,profileId\n1,2\n2,1\n',
          'Post.csv': 'number,userId\n1,2\n2,2\n1,1\n',
          'Note.csv': 'id,userId,number\n9007199254740993,2,2\n1,1,1\n',
          'Tag.csv': 'id\n8\n',
          '_TagToUser.csv': 'A,B\n8,2\n8,1\n',
        },
      },
      async (stage) => {
        const { models } = await stage.importModels()

        expect(models.map(({ model, keys }) => [model, keys?.from])).toEqual([
          ['Tag', '21'],
          ['User', '11'],
          ['Post', undefined],
          ['Profile', undefined],
          ['_TagToUser', undefined],
          ['Badge', '1'],
          ['Note', '1'],
        ])
        expect(await stage.query('select * from "Profile" order by 1')).toEqual([[1], [11], [12]])
        expect(await stage.query('select "profileId" from "Badge" order by id')).toEqual([
          [12],
          [11],
        ])
        expect(await stage.query('select * from "Post" order by 1, 2')).toEqual([
          [11, 1],
          [12, 1],
          [12, 2],
        ])
        expect(await stage.query('select * from "Note" order by id')).toEqual([
          ['1', 11, 1],
          ['2', 12, 2],
        ])
        expect(await stage.query('select * from "_TagToUser" order by 1, 2')).toEqual([
          [21, 11],
          [21, 12],
        ])
      },
    ))

  it('gives references to a model that is left out no new values, nor those behind it', () =>
    withImportStage(
      {
        schema: `
model User {
  id      Int      @id @default(autoincrement())
  profile Profile?
}

model Profile {
  userId Int     @id
  user   User    @relation(fields: [userId], references: [id])
  badges Badge[]
}

model Badge {
  id        Int     @id @default(autoincrement())
  profileId Int
  profile   Profile @relation(fields: [profileId], references: [userId])
}
`,
        rows: 'insert into "User" select from generate_series(1, 3); insert into "Profile" values (2)',
        files: { 'User.csv': 'id\n2\n', 'Badge.csv': 'id,profileId\n1,2\n' },
      },
      async (stage) => {
        const { references } = (await stage.planImport()).models[0] ?? {}

        await stage.importModels()

        expect(references).toEqual([
          {
            name: 'profile',
            columns: ['profileId'],
            target: 'Profile',
            policy: 'keep',
            missing: 'keep',
          },
        ])
        expect(await stage.query('select "profileId" from "Badge"')).toEqual([[2]])
      },
    ))

  it('writes enum values by name or by what the database stores', () =>
    withImportStage(
      {
        schema: `
enum Mood {
  Happy @map("happy ⇥ \\\\")
  sad   @map("Happy")
  calm
}

model Day {
  id   Int   @id @default(autoincrement())
  mood Mood?
}
`,
        files: { 'Day.csv': 'id,mood\n1,Happy\n2,sad\n3,calm\n4,\n5,"happy ⇥ \\"\n' },
      },
      async (stage) => {
        await stage.importModels()

        // "Happy" is a value of the database: it is not taken for the name of another.
        expect(await stage.query('select mood::text from "Day" order by id')).toEqual([
          ['Happy'],
          ['Happy'],
          ['calm'],
          [null],
          ['happy ⇥ \\'],
        ])
      },
    ))

  it('leaves lists of enum values as they are', () =>
    withImportStage(
      {
        schema: `
enum Mood {
  Happy @map("happy")
  sad
}

model Day {
  id    Int    @id @default(autoincrement())
  moods Mood[]
}
`,
        files: { 'Day.csv': 'id,moods\n1,"{happy,sad}"\n' },
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select moods::text from "Day"')).toEqual([['{happy,sad}']])
      },
    ))

  it('takes data that looks like anything but data', () =>
    withImportStage(
      {
        schema: `
model Strange {
  id    Int    @id @default(autoincrement())
  text  String
  proto String @map("__proto__")

  @@map("it's \\"quoted\\"")
}
`,
        // Prisma does not quote the name right in the SQL it makes.
        sql: `
create table "it's ""quoted""" (id serial primary key, text text not null, "__proto__" text not null)`,
        files: {
          'it\'s "quoted".csv':
            'id,text,__proto__\n1,\\.,__proto__\n2,"\\.\n\\.",constructor\n3,\\N,"a\tb\r\nc"\n4,"",\\\\\n5,NULL,\'\n',
        },
      },
      async (stage) => {
        const result = await stage.importModels()

        expect(result.models[0]?.file).toBe('it\'s "quoted".csv')
        const rows = await stage.query(
          `select text, "__proto__" from "it's ""quoted""" order by id`,
        )
        expect(rows).toHaveLength(5)
        const stored = await stage.query(
          `select json_agg(array[text, "__proto__"] order by id) from "it's ""quoted"""`,
        )
        expect(stored[0]?.[0]).toEqual([
          ['\\.', '__proto__'],
          ['\\.\n\\.', 'constructor'],
          ['\\N', 'a\tb\r\nc'],
          ['', '\\\\'],
          ['NULL', "'"],
        ])
      },
    ))

  it('loads nothing from a file that holds only its header', () =>
    withLibrary(
      {
        // Rows with explicit ids leave the sequence behind; that is no affair of an empty file.
        rows: `insert into "Author" values (7, 'there')`,
        files: { 'Author.csv': 'id,name\n', 'Book.csv': 'id,title,authorId' },
      },
      async (stage) => {
        const { models } = await stage.importModels()

        expect(models.map(({ read, loaded, keys }) => [read, loaded, keys])).toEqual([
          [0, 0, null],
          [0, 0, null],
        ])
        expect(await stage.query('select count(*)::int from "Author"')).toEqual([[1]])
      },
    ))

  it('keeps all keys, and numbers new rows after them', () =>
    withLibrary({ rows: `insert into "Author" values (50, 'there')` }, async (stage) => {
      const { models } = await stage.importModels({ strategy: 'none' })

      expect(models.map(({ strategy, keys }) => [strategy, keys])).toEqual([
        ['none', null],
        ['none', null],
      ])
      expect(await stage.query('select id, "authorId" from "Book" order by id')).toEqual([
        [5, 2],
        [9, 1],
      ])
      const next = await stage.query(`insert into "Author" (name) values ('new') returning id`)
      expect(next).toEqual([[51]])
    }))

  it('keeps the keys of one model and follows them', () =>
    withLibrary({ rows: `insert into "Book" select 9, 't', 1 where false` }, async (stage) => {
      const { models } = await stage.importModels({ strategy: { Author: 'none' } })

      expect(models.map(({ strategy }) => strategy)).toEqual(['none', 'sequential'])
      expect(await stage.query('select id, "authorId" from "Book" order by id')).toEqual([
        [1, 2],
        [2, 1],
      ])
    }))

  it('has rows refer to those of the database when their model is left out', () =>
    withLibrary(
      { rows: `insert into "Author" (name) values ('x'), ('y'), ('z')` },
      async (stage) => {
        const { models } = await stage.importModels({ models: ['Book', 'Book'] })

        expect(models.map(({ model }) => model)).toEqual(['Book'])
        expect(await stage.query('select "authorId" from "Book" order by id')).toEqual([[2], [1]])
        expect(await stage.query('select count(*)::int from "Author"')).toEqual([[3]])
      },
    ))

  it('takes the ids after the highest where no sequence gives them', () =>
    withLibrary(
      {
        rows: `insert into "Author" values (1, 'x'); insert into "Book" values (-5, 't', 1), (40, 't', 1)`,
      },
      async (stage) => {
        const { models } = await stage.importModels()

        // The sequence was behind the row that was inserted without it.
        expect(models.map(({ keys }) => keys)).toEqual([
          { from: '2', to: '3' },
          { from: '41', to: '42' },
        ])
      },
    ))

  it('numbers an identity that is always generated', () =>
    withLibrary(
      {
        rows: `
alter table "Author" alter id drop default;
alter table "Author" alter id add generated always as identity (start 30)`,
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select id from "Author" order by id')).toEqual([[30], [31]])
        expect(await stage.query('select "authorId" from "Book" order by id')).toEqual([[31], [30]])
      },
    ))

  it('loads into the schema that the URL names', () =>
    withLibrary(
      { rows: `create schema "My Shop"; set search_path = "My Shop"; ${TABLES}` },
      async (stage) => {
        const { models } = await stage.importModels({ url: `${stage.url}?schema=My%20Shop` })

        expect(models.map(({ table }) => table)).toEqual(['My Shop.Author', 'My Shop.Book'])
        expect(await stage.query('select count(*)::int from "My Shop"."Book"')).toEqual([[2]])
        expect(await stage.query('select count(*)::int from public."Book"')).toEqual([[0]])
      },
    ))

  it('loads partitioned tables', () =>
    withLibrary(
      {
        rows: `
drop table "Book"; drop table "Author";
create table "Author" (id serial primary key, name text) partition by range (id);
create table a1 partition of "Author" for values from (1) to (2);
create table a2 partition of "Author" default;
create table "Book" (id int primary key, title text, "authorId" int references "Author"
  deferrable initially deferred) partition by range (id);
create table b1 partition of "Book" default`,
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select "authorId" from "Book" order by id')).toEqual([[2], [1]])
        expect(await stage.query('select count(*)::int from a1')).toEqual([[1]])
        await stage.client.query('truncate "Book", "Author"')
        const error = await expectRefusal(stage, { models: ['Book'] })
        expect(error.code).toBe('LOAD.MISSING_REFERENCE')
        expect(error.details.meta).toMatchObject({ line: 2, constraint: 'Book_authorId_fkey' })
      },
    ))

  it('loads a serial column that refers to other rows', () =>
    withLibrary(
      {
        rows: `
create sequence stray; alter table "Book" alter column "authorId" set default nextval('stray');
insert into "Author" (name) select 'x' from generate_series(1, 10)`,
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select "authorId" from "Book" order by id')).toEqual([[12], [11]])
      },
    ))

  it('takes texts whose default is made with a sequence', () =>
    withLibrary(
      {
        rows: `create sequence number; alter table "Book" alter column title set default 'B-' || nextval('number')`,
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select title from "Book" order by id')).toEqual([[MARKER], ['u']])
      },
    ))

  it('leaves out what the database computes, and says so', () =>
    withLibrary(
      {
        rows: `alter table "Book" drop title, add title text not null generated always as ('x') stored`,
      },
      async (stage) => {
        const { warnings } = await stage.importModels()

        expect(warnings).toEqual(['Book.csv: "title" is left out: the database computes it.'])
        expect(await stage.query('select title from "Book"')).toEqual([['x'], ['x']])
      },
    ))

  it('reads other delimiters and NULL texts', () =>
    withLibrary(
      { files: { 'Author.csv': 'id;name\n1;"\\N"\n2;a,b\n', 'Book.csv': 'id;title;authorId\n' } },
      async (stage) => {
        await stage.importModels({ csv: { delimiter: ';', null: '\\N' } })

        expect(await stage.query('select name from "Author" order by id')).toEqual([
          ['\\N'],
          ['a,b'],
        ])
      },
    ))

  it('has triggers fire', () =>
    withLibrary(
      {
        rows: `
create table audit (book int);
create function log() returns trigger language plpgsql as $$
begin
  insert into audit values (new.id);
  return new;
end $$;
create trigger log after insert on "Book" for each row execute function log()`,
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query('select * from audit order by 1')).toEqual([[1], [2]])
      },
    ))

  it('tells of its progress in order', () =>
    withLibrary({}, async (stage) => {
      const events: ProgressEvent[] = []

      await stage.importModels({ onProgress: (event) => events.push(event) })

      const told = events.map((event) => {
        if (event.type === 'phase') return event.phase
        if (event.type === 'warning') return event.warning
        return `${event.type} ${event.phase} ${event.model}`
      })
      expect(told.filter((text, index) => text !== told[index - 1])).toEqual([
        'plan',
        'survey',
        'file-start survey Author',
        'file-progress survey Author',
        'file-end survey Author',
        'file-start survey Book',
        'file-progress survey Book',
        'file-end survey Book',
        'reserve',
        'load',
        'file-start load Author',
        'file-progress load Author',
        'file-end load Author',
        'file-start load Book',
        'file-progress load Book',
        'file-end load Book',
        'verify',
        'commit',
      ])
      expect(events).toContainEqual({
        type: 'file-progress',
        phase: 'load',
        model: 'Author',
        bytes: 16,
        rows: 2,
      })
    }))

  describe('deferred constraints', () => {
    const DEFERRED = `
alter table "Book" drop constraint "Book_authorId_fkey",
  add constraint late foreign key ("authorId") references "Author" deferrable initially deferred`

    it('are checked before COMMIT', () =>
      withLibrary({ rows: DEFERRED }, async (stage) => {
        const { models } = await stage.importModels()

        expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
      }))

    it('tell the line of a row that breaks them', () =>
      withLibrary({ rows: DEFERRED }, async (stage) => {
        const error = await expectRefusal(stage, { models: ['Book'] })

        expect(error.code).toBe('LOAD.MISSING_REFERENCE')
        expect(error.details.meta).toMatchObject({ line: 2, constraint: 'late' })
      }))

    it('tell no line where the table is none of the import', () =>
      withLibrary(
        {
          rows: `
create function refuse() returns trigger language plpgsql as $$
begin
  raise exception 'no %', new.title;
end $$;
create constraint trigger refuse after insert on "Book" initially deferred
for each row execute function refuse()`,
        },
        async (stage) => {
          const error = await expectRefusal(stage)

          expect(error.code).toBe('POSTGRES.REFUSED')
          expect(error.details.why).toBe(
            'The server said: it said so in the context of a row (SQLSTATE P0001).',
          )
        },
      ))
  })

  it('rolls back when a trigger drops a row', () =>
    withLibrary(
      {
        rows: `
create function drop_row() returns trigger language plpgsql as $$
begin
  return case when new.title = 'u' then null else new end;
end $$;
create trigger drop_row before insert on "Book" for each row execute function drop_row()`,
      },
      async (stage) => {
        const error = await expectRefusal(stage)

        expect(error.code).toBe('LOAD.ROW_COUNT')
        expect(error.details.meta).toEqual({ model: 'Book', sent: 2, stored: 1 })
        expect(error.details.fix).toMatch(/Look at the triggers/)
      },
    ))

  it('rolls back when a reference dangles that no foreign key checks', () =>
    withLibrary(
      {
        rows: `
alter table "Book" drop constraint "Book_authorId_fkey";
create function lose() returns trigger language plpgsql as $$
begin
  delete from "Author" where id = new."authorId" and new.title = 'u';
  return null;
end $$;
create trigger lose after insert on "Book" for each row execute function lose()`,
      },
      async (stage) => {
        const error = await expectRefusal(stage)

        expect(error.code).toBe('IMPORT.CHECK_FAILED')
        expect(error.details.why).toBe('Dangling references: Book.author (1 rows).')
        expect(error.details.fix).toMatch(/Look for triggers or rules/)
      },
    ))

  it('never gives ids that a live application takes meanwhile', () =>
    withLibrary(
      {
        rows: `insert into "Author" (name) values ('x'); insert into "Book" values (1, 't', 1)`,
        files: {
          'Author.csv': `id,name\n${numbers(3000, (i) => `${i},${i}`)}`,
          'Book.csv': `id,title,authorId\n${numbers(3000, (i) => `${i},t,${3001 - i}`)}`,
        },
      },
      (stage) =>
        withConnection(parseDatabaseUrl(stage.url), async (application) => {
          let isDone = false
          const importing = stage.importModels().finally(() => {
            isDone = true
          })

          let inserted = 0
          while (!isDone) {
            await application.query(`insert into "Author" (name) values ('live')`)
            await application.query(`insert into "Book" select max(id) + 1, 'live', 1 from "Book"`)
            inserted++
          }
          await importing

          expect(inserted).toBeGreaterThan(1)
          const counts = await stage.query(`
select count(*)::int, count(*) filter (where name = 'live')::int from "Author"
union all select count(*)::int, count(*) filter (where title = 'live')::int from "Book"`)
          expect(counts).toEqual([
            [3001 + inserted, inserted],
            [3001 + inserted, inserted],
          ])
          const wrong = await stage.query(`
select count(*)::int
from "Book" b join "Author" a on a.id = b."authorId"
where b.title = 't' and b.id > 1 and a.name !~ '^\\d+$'`)
          expect(wrong).toEqual([[0]])
        }),
    ))

  it('refuses to run beside another import', () =>
    withLibrary({}, async (stage) => {
      await stage.client.query('begin; lock table "Author" in share mode')
      const first = stage.importModels({
        onProgress: (event) => {
          if (event.type === 'phase' && event.phase === 'load') started()
        },
      })
      let started = () => {}
      await new Promise<void>((resolve) => {
        started = resolve
      })

      const second = await stage.importModels().catch((error: unknown) => error)
      await stage.client.query('commit')
      const result = await first

      expect(second).toMatchObject({ code: 'IMPORT.ALREADY_RUNNING' })
      expect(result.models.map(({ loaded }) => loaded)).toEqual([2, 2])
    }))

  it.each([
    ['a row went away', 'id,name\n1,a\n'],
    ['a row was added', 'id,name\n1,a\n2,b\n3,c\n'],
    ['the header is another', 'id\n1\n2\n'],
  ])('notices that %s after the keys were read', (_, text) =>
    withLibrary({}, async (stage) => {
      const error = await expectRefusal(stage, {
        onProgress: (event) => {
          if (event.type === 'phase' && event.phase === 'load') {
            writeFileSync(path.join(stage.folder, 'Author.csv'), text)
          }
        },
      })

      expect(error).toMatchObject({ code: 'KEYS.FILE_CHANGED' })
    }),
  )

  describe('when it is stopped', () => {
    it.each<[string, string, (event: ProgressEvent) => boolean]>([
      ['before it plans', '', (event) => event.type === 'phase' && event.phase === 'plan'],
      ['while keys are read', '', (event) => event.type === 'file-start'],
      ['while ids are taken', '', (event) => event.type === 'phase' && event.phase === 'reserve'],
      [
        'between two files',
        '',
        (event) => event.type === 'file-end' && event.phase === 'load' && event.model === 'Author',
      ],
      [
        'while rows are sent',
        SLOW_ROWS,
        (event) => event.type === 'file-start' && event.phase === 'load' && event.model === 'Book',
      ],
      ['before COMMIT', '', (event) => event.type === 'phase' && event.phase === 'verify'],
    ])('%s, it leaves the target as it was', (_, rows, isTime) =>
      withLibrary({ rows }, async (stage) => {
        const controller = new AbortController()
        const started = performance.now()

        const error = await expectRefusal(stage, {
          signal: controller.signal,
          onProgress: (event) => {
            if (isTime(event)) controller.abort()
          },
        })

        expect(error.code).toBe('IMPORT.INTERRUPTED')
        expect(error.details.fix).toMatch(/nothing was written/)
        expect(performance.now() - started).toBeLessThan(10_000)
        expect(await countImports(stage)).toBe(0)
      }),
    )

    it.each([
      ['COPY', SLOW_ROWS],
      ['its final checks', SLOW_CHECKS],
    ])('in the middle of %s, the server stops at once', (_, rows) =>
      withLibrary({ rows }, async (stage) => {
        const started = performance.now()

        const error = await expectRefusal(stage, { signal: AbortSignal.timeout(400) })

        expect(error.code).toBe('IMPORT.INTERRUPTED')
        expect(performance.now() - started).toBeLessThan(10_000)
        expect(await countImports(stage)).toBe(0)
      }),
    )

    it('while it waits for a lock, the server stops at once', () =>
      withLibrary({}, async (stage) => {
        const started = performance.now()
        await stage.client.query('begin; lock table "Book" in exclusive mode')

        const importing = stage.importModels({ signal: AbortSignal.timeout(400) })

        await expect(importing).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
        expect(performance.now() - started).toBeLessThan(10_000)
        await stage.client.query('rollback')
      }))

    it('before it began, it does nothing', () =>
      withLibrary({}, async (stage) => {
        const error = await expectRefusal(stage, { signal: AbortSignal.abort() })

        expect(error.code).toBe('IMPORT.INTERRUPTED')
      }))
  })

  it.each([
    ['COPY', SLOW_ROWS],
    ['its final checks', SLOW_CHECKS],
  ])('leaves the target as it was when the connection is lost during %s', (_, rows) =>
    withLibrary({ rows }, async (stage) => {
      const before = await stage.snapshot()
      const importing = stage.importModels().then(
        () => null,
        (error: unknown) => error,
      )

      await waitFor(stage, `query like 'copy %"Book"%' and wait_event = 'PgSleep'`)
      await stage.query(`
select pg_terminate_backend(pid) from pg_stat_activity
where application_name = 'prisma-gyro' and query like 'copy %' and datname = current_database()`)
      const error = (await importing) as GyroError

      expect(error.code).toBe('POSTGRES.CONNECTION_LOST')
      expect(error.details.why).toMatch(/terminating connection/)
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(MARKER)
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it('says that nothing was written when the connection is lost before COMMIT', () =>
    withLibrary({}, async (stage) => {
      const controller = new AbortController()
      let terminating: Promise<unknown> = Promise.resolve()

      const importing = stage.importModels({
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type !== 'phase' || event.phase !== 'commit') return
          // Stopping takes a moment, in which the connection goes.
          terminating = stage.query(`
select pg_terminate_backend(pid) from pg_stat_activity
where state = 'idle in transaction' and datname = current_database()`)
          controller.abort()
        },
      })

      await expect(importing).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
      await terminating
    }))

  it('finds its database in the environment', () =>
    withLibrary({}, async (stage) => {
      const { url: _, ...options } = { url: stage.url, from: stage.folder }
      const { DATABASE_URL: kept } = process.env
      process.env['DATABASE_URL'] = stage.url
      try {
        const { importModels } = await import('../../src/import/import-models.js')

        const { models } = await importModels(stage.manifest, options)

        expect(models).toHaveLength(2)
      } finally {
        if (kept === undefined) delete process.env['DATABASE_URL']
        else process.env['DATABASE_URL'] = kept
      }
    }))
})

function withLibrary(
  { rows = '', files = FILES }: Partial<Pick<StageSetup, 'rows' | 'files'>>,
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: LIBRARY, rows, files }, use)
}

async function expectRefusal(
  stage: ImportStage,
  options?: Parameters<ImportStage['importModels']>[0],
): Promise<GyroError> {
  const before = await stage.snapshot()

  const error = await stage.importModels(options).then(
    () => null,
    (reason: unknown) => reason,
  )

  expect(error).toHaveProperty('name', 'GyroError')
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain(MARKER)
  expect(await stage.snapshot()).toEqual(before)
  return error as GyroError
}

/** Connections of imports that still do something on the server. */
async function countImports({ query }: ImportStage): Promise<number> {
  const rows = await query(`
select pid from pg_stat_activity
where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`)
  return rows.length
}

/** Waits until some other connection to the database is in this state. */
async function waitFor({ query }: ImportStage, condition: string): Promise<void> {
  for (;;) {
    const rows = await query(`
select pid from pg_stat_activity where datname = current_database() and ${condition}`)
    if (rows.length > 0) return
  }
}

function numbers(count: number, row: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${row(index + 1)}\n`).join('')
}
