import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ImportResult } from '../../src/import/import-result.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

/** Every author has a first book, every book an author and perhaps a shelf. */
const CIRCLE = `
model Author {
  id      Int    @id @default(autoincrement())
  name    String
  born    Int?
  firstId Int
  first   Book   @relation("first", fields: [firstId], references: [id])
  books   Book[] @relation("books")
}
model Book {
  id       Int      @id @default(autoincrement())
  title    String   @unique
  authorId Int
  shelf    Int?
  author   Author   @relation("books", fields: [authorId], references: [id])
  firstOf  Author[] @relation("first")
  notes    Note[]
}
model Note {
  id     Int  @id @default(autoincrement())
  bookId Int
  book   Book @relation(fields: [bookId], references: [id])
}`

const SHELVES = `
create table shelf (id int primary key);
insert into shelf values (1);
alter table "Book" add foreign key (shelf) references shelf`

const READ_AND_INSERT = `
grant select, insert on all tables in schema public to ROLE;
grant usage, select on all sequences in schema public to ROLE`

describe('rows that only the database refuses', () => {
  it('are found at once in a circle, for whatever reason, with what follows them through it', () =>
    withStage(
      {
        rows: `
${SHELVES};
with a as (insert into "Author" (id, name, "firstId") values (-1, 'x', -1))
insert into "Book" (id, title, "authorId") values (-1, 'old', -1);
alter table "Author" add constraint early check (born < 10)`,
        files: {
          'Author.csv': `id,name,born,firstId\n${lines(3000, (row) => `${row},a,${row % 10 === 0 ? 10 : 1},${row}`)}`,
          'Book.csv': `id,title,authorId,shelf\n${lines(3000, (row) => `${row},${row === 7 ? 'old' : `t${row}`},${row},${row === 8 ? 2 : 1}`)}`,
          'Note.csv': `id,bookId\n${lines(40, (row) => `${row},${row}`)}`,
        },
      },
      async (stage) => {
        const result = await stage.importRest()

        // Those of one number go together: 300 authors of 10, and the books 7 and 8.
        expect(countsOf(result)).toEqual([
          ['Author', 3000, 2698, 302],
          ['Book', 3000, 2698, 302],
          ['Note', 40, 34, 6],
        ])
        const books = (await stage.readRejects('Book.rejected.csv')).split('\n')
        expect(books.slice(1, 4)).toEqual([
          '7,old,7,1,"Book.csv","8","","LOAD.DUPLICATE","Book_title_key allows its values only once (SQLSTATE 23505)."',
          '8,t8,8,2,"Book.csv","9","","LOAD.MISSING_REFERENCE","The reference Book_shelf_fkey of Book has no row in the database (SQLSTATE 23503)."',
          '10,t10,10,1,"Book.csv","11","authorId","KEYS.REFERS_TO_REJECTED","The row of Author that it refers to is rejected: LOAD.CHECK_VIOLATION."',
        ])
        expect(stage.rounds()).toBeLessThanOrEqual(2)
      },
    ))

  it('are found at once by a policy, and where rows may be there already', () =>
    withStage(
      {
        schema: `
model Note {
  id     Int    @id @default(autoincrement())
  slug   String @unique
  tenant String
  size   Int    @default(0)
}`,
        rows: `
insert into "Note" (slug, tenant, size) values ('s1', 'mine', 9), ('s2', 'mine', 9);
alter table "Note" add constraint small check (size < 10), enable row level security;
create policy own on "Note" using (true) with check (tenant = 'mine')`,
        files: {
          'Note.csv': `id,slug,tenant,size\n${lines(1000, (row) => `${row},s${row},${row % 20 === 0 ? 'theirs' : 'mine'},${row % 100 === 1 ? 10 : 9}`)}`,
        },
      },
      async (stage) => {
        const url = await createRole(stage, `${READ_AND_INSERT}; grant update on "Note" to ROLE`)

        const result = await stage.importRest({ url, onConflict: 'update' })

        // The row of s1 breaks the rule; that of s2 is what is there.
        expect(result.models).toMatchObject([
          { technique: 'staged', read: 1000, loaded: 939, updated: 0, skipped: 1, rejected: 60 },
        ])
        const notes = await stage.readRejects('Note.rejected.csv')
        expect(notes.match(/"LOAD\.POLICY"/g)).toHaveLength(50)
        expect(notes.match(/"LOAD\.CHECK_VIOLATION"/g)).toHaveLength(10)
        expect(notes).toContain(
          '"LOAD.POLICY","Row-level security of Note does not let the role insert one of its rows (SQLSTATE 42501)."',
        )
      },
    ))

  it('are found by a policy within a circle', () =>
    withStage(
      {
        rows: `
alter table "Book" enable row level security;
create policy good on "Book" with check (title <> 'bad')`,
        files: {
          'Author.csv': 'id,name,born,firstId\n1,a,,1\n2,b,,2\n3,c,,3\n',
          'Book.csv': 'id,title,authorId,shelf\n1,t,1,\n2,bad,2,\n3,u,3,\n',
        },
      },
      async (stage) => {
        const url = await createRole(stage, INSERT_ONLY)

        expect(countsOf(await stage.importRest({ url }))).toEqual([
          ['Author', 3, 2, 1],
          ['Book', 3, 2, 1],
        ])
      },
    ))

  it('are those that a trigger refuses in a circle, with the values of a type', () =>
    withStage(
      {
        rows: `
alter table "Book" alter title type inet using null;
create function refuse() returns trigger language plpgsql as
$$begin if new.name like 'bad%' then raise exception 'no'; end if; return new; end$$;
create trigger refuse before insert on "Author" for each row execute function refuse()`,
        files: {
          'Author.csv': 'id,name,born,firstId\n1,a,,1\n2,bad,,2\n3,bad,,3\n4,d,,4\n',
          'Book.csv':
            'id,title,authorId,shelf\n1,10.0.0.1,1,\n2,10.0.0.2,2,\n3,10.0.0.3,3,\n4,nowhere,4,\n',
        },
      },
      async (stage) => {
        expect(countsOf(await stage.importRest())).toEqual([
          ['Author', 4, 1, 3],
          ['Book', 4, 1, 3],
        ])
        expect(await stage.readRejects('Book.rejected.csv')).toContain(
          '4,nowhere,4,,"Book.csv","5","title","LOAD.VALUE_REFUSED",',
        )
        expect(await stage.readRejects('Author.rejected.csv')).toContain('"LOAD.REFUSED"')
      },
    ))

  it('are not those that a trigger refuses only as others are not there yet', () =>
    withStage(
      {
        schema: `
model Node {
  id       Int    @id @default(autoincrement())
  name     String
  parentId Int?
  nextId   Int?
  parent   Node?  @relation("parent", fields: [parentId], references: [id])
  next     Node?  @relation("next", fields: [nextId], references: [id])
  children Node[] @relation("parent")
  previous Node[] @relation("next")
}`,
        rows: `
alter table "Node" add constraint good check (name <> 'bad');
create function parent() returns trigger language plpgsql as
$$begin
  if new."parentId" is not null and not exists (select from "Node" where id = new."parentId") then
    raise exception 'no parent';
  end if;
  return new;
end$$;
create trigger parent before insert on "Node" for each row execute function parent()`,
        // The next of the first is so far away that it is tried without it.
        files: {
          'Node.csv': `id,name,parentId,nextId\n1,a,,900\n${lines(999, (row) => `${row + 1},${row === 990 ? 'bad' : 'n'},1,`)}`,
        },
      },
      async (stage) => {
        expect(countsOf(await stage.importRest())).toEqual([['Node', 1000, 999, 1]])
      },
    ))

  it('are told where a deferrable constraint is broken beside others', () =>
    withStage(
      {
        rows: `
with a as (insert into "Author" (id, name, "firstId") values (-1, 'x', -1))
insert into "Book" (id, title, "authorId") values (-1, 'old', -1);
alter table "Author" add constraint early check (born < 10);
alter table "Author" add constraint named unique (name) deferrable initially deferred`,
        files: {
          'Author.csv': 'id,name,born,firstId\n1,x,1,1\n2,b,10,2\n3,c,1,3\n',
          'Book.csv': 'id,title,authorId,shelf\n1,t,1,\n2,u,2,\n3,v,3,\n',
        },
      },
      async (stage) => {
        expect(countsOf(await stage.importRest())).toEqual([
          ['Author', 3, 1, 2],
          ['Book', 3, 1, 2],
        ])
      },
    ))
})

/** What a test has to play with beside an import. */
interface RejectStage extends ImportStage {
  importRest(options?: object): Promise<ImportResult>
  readRejects(name: string): Promise<string>
  /** How often the load began. */
  rounds(): number
}

function withStage(
  setup: Omit<StageSetup, 'schema'> & Partial<Pick<StageSetup, 'schema'>>,
  use: (stage: RejectStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: CIRCLE, ...setup }, (stage) =>
    withCsvFolder({}, async (folder) => {
      const rejects = path.join(folder, 'bad')
      let rounds = 0
      await use({
        ...stage,
        importRest: (options) =>
          stage.importModels({
            onBadRow: 'reject',
            rejects,
            onProgress: (event) => {
              if (event.type === 'phase' && event.phase === 'load') rounds++
            },
            ...options,
          }),
        readRejects: (name) => readFile(path.join(rejects, name), 'utf8'),
        rounds: () => rounds,
      })
    }),
  )
}

function countsOf({ models }: ImportResult) {
  return models.map(({ model, read, loaded, rejected }) => [model, read, loaded, rejected])
}

function lines(count: number, line: (row: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index + 1)}\n`).join('')
}
