import { expect } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { type ImportStage, takeSnapshot, withImportStage } from '../support/import-stage.js'
import { isAlone } from '../support/is-alone.js'
import { isBlocked } from '../support/is-blocked.js'
import { until } from '../support/until.js'

/** Every book has an author. */
const LIBRARY = `
model Author {
  id    Int    @id @default(autoincrement())
  name  String @unique
  books Book[]
}
model Book {
  id       Int    @id @default(autoincrement())
  title    String @unique
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}`

/** And every author has a first book. */
const CIRCLE = `
model Author {
  id      Int    @id @default(autoincrement())
  name    String @unique
  firstId Int
  first   Book   @relation("first", fields: [firstId], references: [id])
  books   Book[] @relation("books")
}
model Book {
  id       Int      @id @default(autoincrement())
  title    String   @unique
  authorId Int
  author   Author   @relation("books", fields: [authorId], references: [id])
  firstOf  Author[] @relation("first")
}`

/** Importing the book "held" takes as long as somebody else holds the advisory lock 7. */
const HOLD = `
create function hold(title text) returns text immutable language plpgsql as $$
begin
  if title = 'held' then
    perform pg_advisory_xact_lock(7);
  end if;
  return title;
end $$;`

const HOLD_ROW = `${HOLD}
create function hold_row() returns trigger language plpgsql as $$
begin
  perform hold(new.title);
  return new;
end $$;
create trigger hold before insert on "Book" for each row execute function hold_row()`

const HOLD_INDEX = `${HOLD} create index held on "Book" (hold(title))`

/** A way in which rows go in, and a moment of it in which it can be held. */
export interface HeldWay {
  readonly way: 'checked' | 'cycle' | 'rebuild'
  readonly moment: string
  /** SQL that holds it there. */
  readonly hold: string
  /** What the held session is at. */
  readonly statement: RegExp
}

export const HELD_COPY: HeldWay = {
  way: 'checked',
  moment: 'COPY',
  hold: HOLD_ROW,
  statement: /^copy /,
}

export const HELD_WAYS: readonly HeldWay[] = [
  HELD_COPY,
  { way: 'cycle', moment: 'its statement', hold: HOLD_ROW, statement: /^with / },
  { way: 'rebuild', moment: 'COPY', hold: HOLD_ROW, statement: /^copy / },
  { way: 'rebuild', moment: 'an index build', hold: HOLD_INDEX, statement: /\bcreate index /i },
]

/** The schema and the files that are loaded in a way. */
export function filesOf(way: HeldWay['way']): {
  readonly schema: string
  readonly files: Readonly<Record<string, string>>
} {
  const authors = way === 'cycle' ? 'id,name,firstId\n7,a,1\n8,b,2\n' : 'id,name\n7,a\n8,b\n'
  return {
    schema: way === 'cycle' ? CIRCLE : LIBRARY,
    files: { 'Author.csv': authors, 'Book.csv': 'id,title,authorId\n1,held,7\n2,t,8\n' },
  }
}

/** The option that has rows go in that way. */
export function optionsOf(way: HeldWay['way']): Pick<ImportOptions, 'fkMode'> {
  return { fkMode: way === 'rebuild' ? 'rebuild' : 'checked' }
}

/** A stage with rows of its own, where imports are held as soon as `hold` is called. */
export function withHeldStage(
  { way, hold }: HeldWay,
  use: (stage: ImportStage, held: Held) => Promise<void>,
): Promise<void> {
  return withImportStage({ ...filesOf(way), rows: `${rowsOf(way)}; ${hold}` }, async (stage) => {
    await stage.client.query('select pg_advisory_lock(7)')
    await use(stage, {
      isReached: () => isBlocked(stage.client),
      release: async () => {
        await stage.client.query('select pg_advisory_unlock_all()')
      },
    })
  })
}

/** Rows that are there already, so that new keys are others. */
export function rowsOf(way: HeldWay['way']): string {
  return way === 'cycle'
    ? `
with b as (insert into "Book" (title, "authorId") values ('old', 1))
insert into "Author" (name, "firstId") values ('old', 1)`
    : `
insert into "Author" (name) values ('old');
insert into "Book" (title, "authorId") values ('old', 1)`
}

/** An import that does not come to its end by itself. */
export interface Held {
  /** Whether it is there. */
  isReached(): Promise<boolean>
  release(): Promise<void>
}

/** Where nothing holds an import. */
export const FREE: Held = {
  isReached: () => Promise.resolve(true),
  release: () => Promise.resolve(),
}

/** All that an import may not leave changed when it fails. */
export interface Target {
  readonly rows: Readonly<Record<string, readonly string[]>>
  readonly structure: readonly unknown[]
  /** What there is of a history: an import that succeeds makes one. */
  readonly history: readonly unknown[]
}

export async function readTarget(client: PostgresClient): Promise<Target> {
  const found = await queryRows<{ readonly name: string }>(client, STRUCTURE)
  const isOurs = ({ name }: { readonly name: string }) => /^prisma_gyro(\.|$)/.test(name)
  return {
    rows: await takeSnapshot(client),
    structure: found.filter((each) => !isOurs(each)),
    history: found.filter(isOurs),
  }
}

/** Every relation and constraint, ours among them if one was left. In words of its own. */
const STRUCTURE = {
  text: `\
select 'relation' as kind, oid::regclass::text as name, relkind::text as definition
from pg_class where relnamespace not in ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
union all
select 'constraint', conrelid::regclass || '.' || conname,
  concat_ws(' ', pg_get_constraintdef(oid), convalidated)
from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index', indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid)
from pg_index where indrelid in ('"Author"'::regclass, '"Book"'::regclass)
union all
select 'schema', nspname, '' from pg_namespace where nspname !~ '^pg_(temp|toast_temp)_'
order by 1, 2`,
  values: [],
}

/** Expects that nothing is changed, nobody left behind, and that the same import then succeeds. */
export async function expectUntouched(
  { client, before, held }: { client: PostgresClient; before: Target; held: Held },
  importAgain: () => Promise<ImportResult>,
): Promise<void> {
  await until(() => isAlone(client))
  expect(await readTarget(client)).toEqual(before)
  const { rowCount: locks } = await client.query(`\
select from pg_locks l join pg_database d on d.oid = l.database
where d.datname = current_database() and pid <> pg_backend_pid()`)
  expect(locks).toBe(0)

  await held.release()
  const { models } = await importAgain()
  expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
  expect((await readTarget(client)).structure).toEqual(before.structure)
}
