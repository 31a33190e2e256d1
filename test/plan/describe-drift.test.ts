import { describe, expect, it } from '@jest/globals'
import { planImport } from '../../src/import/plan-import.js'
import type { Manifest, ManifestColumn, ManifestModel } from '../../src/manifest/manifest.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

const LIBRARY = `
enum Mood {
  happy
  sad   @map("SAD")
}

model Author {
  id    Int    @id @default(autoincrement())
  name  String
  mood  Mood?
  tags  String[]
  books Book[]
}

model Book {
  id       Int     @id
  title    String?
  authorId Int
  author   Author  @relation(fields: [authorId], references: [id])
}

model Shelf {
  id   Int    @id
  name String
}
`

const FILES = {
  'Author.csv': 'id,name\n1,a\n2,b\n',
  'Book.csv': 'id,authorId\n5,2\n9,1\n',
}

const STRAY = `
alter table "Book" add "editorId" int,
  add constraint editor foreign key ("editorId") references "Author"`

describe('the drift of a plan', () => {
  it('is nothing where schema and database agree', () => expectDrift('', []))

  it.each<[string, string, readonly string[]]>([
    ['a table', 'drop table "Shelf"', ['Shelf: there is no table public.Shelf.']],
    [
      'tables that no model has',
      `create table zoo (); create table "Zoo" (id int) partition by range (id);
      create foreign data wrapper w; create server s foreign data wrapper w;
      create foreign table apes (id int) server s`,
      ['The schema has no model for Zoo, apes, zoo of "public".'],
    ],
    [
      'columns that the database lacks',
      'alter table "Book" drop title, drop "authorId"',
      [
        'Book: public.Book lacks the columns "title", "authorId".',
        'Book.author: public.Book has no foreign key for it.',
      ],
    ],
    [
      'columns that the schema lacks',
      'alter table "Book" add a int, add b int',
      ['Book: public.Book has the columns "a", "b", which the schema lacks.'],
    ],
    [
      'what is required in one of the two',
      'alter table "Author" alter name drop not null; alter table "Book" alter title set not null',
      [
        'Author.name is required in the schema, but may be NULL in the database.',
        'Book.title is optional in the schema, but required in the database.',
      ],
    ],
    [
      'a foreign key that the database lacks',
      'alter table "Book" drop constraint "Book_authorId_fkey"',
      ['Book.author: public.Book has no foreign key for it.'],
    ],
    [
      'a foreign key that the schema lacks',
      'alter table "Book" add constraint shelf foreign key (id) references "Shelf"',
      ['Book: public.Book (id) refers to public.Shelf by shelf, which the schema lacks.'],
    ],
    [
      'values of an enum',
      `alter type "Mood" rename value 'SAD' to 'sad'`,
      [
        'Mood: the enum public.Mood lacks "SAD".',
        'Mood: the enum public.Mood has "sad", which the schema lacks.',
      ],
    ],
    [
      'an enum',
      'alter table "Author" alter mood type text; drop type "Mood"',
      ['Mood: there is no enum public.Mood.'],
    ],
  ])('names %s', (_, rows, drift) => expectDrift(rows, drift))

  it.each<[string, string]>([
    ['what Prisma keeps for itself', 'create table _prisma_migrations ()'],
    ['views', 'create view v as select 1 as x; create materialized view m as select 1 as x'],
    ['tables of other schemas', 'create schema other; create table other.t ()'],
    ['columns of tables that are not imported', 'alter table "Shelf" add a int'],
    ['a view that stands for a model', 'drop table "Shelf"; create view "Shelf" as select 1 as x'],
    ['tables of an extension', EXTENSION_TABLE()],
  ])('does not name %s', (_, rows) => expectDrift(rows, []))

  it.each<[string, string, (manifest: Manifest) => Manifest]>([
    [
      'tables of what the schema leaves out',
      'create table old ()',
      (manifest) => ({ ...manifest, excluded: [leftOut('old')] }),
    ],
    [
      'foreign keys to what the schema leaves out',
      `create table old (id int primary key);
      alter table "Book" add constraint stray foreign key (id) references old`,
      (manifest) => ({ ...manifest, excluded: [leftOut('old')] }),
    ],
    [
      'foreign keys of columns that are ignored',
      STRAY,
      (manifest) => hide(manifest, 'Book', 'editorId'),
    ],
    [
      'foreign keys to columns that are ignored',
      `alter table "Author" add number int unique;
      alter table "Book" add constraint stray foreign key (id) references "Author" (number)`,
      (manifest) => hide(manifest, 'Author', 'number'),
    ],
    [
      'references without a foreign key where the schema wants none',
      'alter table "Book" drop constraint "Book_authorId_fkey"',
      (manifest) => ({ ...manifest, relationMode: 'prisma' }),
    ],
  ])('does not name %s', (_, rows, change) => expectDrift(rows, [], change))

  it('is no reason not to import, unless the import needs it', () =>
    withLibrary('drop table "Shelf"; alter table "Book" drop title', async (stage) => {
      const { problems } = await stage.planImport()

      const { models } = await stage.importModels()

      expect(problems).toEqual([])
      expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
    }))

  it('is told of a table without which nothing can be loaded too', () =>
    withLibrary('drop table "Book"', async (stage) => {
      const { drift, problems } = await stage.planImport()

      expect(drift).toEqual(['Book: there is no table public.Book.'])
      expect(problems.map(({ code }) => code)).toEqual(['PLAN.MISSING_TABLE'])
    }))
})

async function expectDrift(
  rows: string,
  drift: readonly string[],
  change: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<void> {
  await withLibrary(rows, async ({ manifest, folder, url }) => {
    const plan = await planImport(change(manifest), { from: folder, url })

    expect(plan.drift).toEqual(drift)
  })
}

function withLibrary(rows: string, use: (stage: ImportStage) => Promise<void>): Promise<void> {
  return withImportStage({ schema: LIBRARY, rows, files: FILES }, use)
}

function leftOut(table: string): Manifest['excluded'][number] {
  return { name: table, reason: 'ignored', schema: null, table, files: [table] }
}

/** Adds an optional column that Prisma Client does not know. */
function hide(manifest: Manifest, model: string, column: string): Manifest {
  const models = manifest.models.map((each): ManifestModel => {
    const [id] = each.columns
    const hidden = {
      ...(id as ManifestColumn),
      field: column,
      column,
      headers: [column],
      isRequired: false,
      isHidden: true,
    }
    return each.name === model ? { ...each, columns: [...each.columns, hidden] } : each
  })
  return { ...manifest, models }
}

/** What an extension would have made, without one that makes tables. */
function EXTENSION_TABLE(): string {
  return 'create extension citext; create table part (); alter extension citext add table part'
}
