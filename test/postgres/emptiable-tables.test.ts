import { describe, expect, it } from '@jest/globals'
import { canEmptyTables } from '../../src/postgres/emptiable-tables.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLES = ['Or"der', 'item'].map((table) => ({ schema: 'public', table }))

const SQL = `
create table "Or""der" (id int primary key, "nextId" int references "Or""der");
create table item (id int, "orderId" int references "Or""der" on delete cascade) partition by range (id);
create table item_1 partition of item for values from (0) to (9);
create table other (id int primary key);
create function nothing() returns trigger language plpgsql as $$ begin return old; end $$`

/** What makes a difference to somebody whether the rows are deleted or the tables emptied. */
const OBSTACLES: Readonly<Record<string, string>> = {
  'a trigger on a deletion':
    'create trigger t after delete on "Or""der" execute function nothing()',
  'a trigger on a deletion from a partition':
    'create trigger t before delete on item_1 for each row execute function nothing()',
  'a trigger on TRUNCATE': 'create trigger t after truncate on item execute function nothing()',
  'a rule': 'create rule r as on delete to "Or""der" do also notify gone',
  'a table that inherits': 'create table heir () inherits ("Or""der")',
  'a foreign key of another table': 'alter table other add foreign key (id) references "Or""der"',
  'a publication': 'create publication emptied for table "Or""der"',
  'a publication of all tables': 'create publication emptied for all tables',
  'a role without TRUNCATE':
    'grant select, delete on "Or""der", item to emptier_ROLE; set local role emptier_ROLE',
  'a role without SELECT': `
grant truncate on "Or""der", item to emptier_ROLE;
set local role emptier_ROLE`,
  'policies that apply to the role': `
grant all on "Or""der", item to emptier_ROLE;
alter table item enable row level security;
set local role emptier_ROLE`,
  'a table that is gone': 'alter table item rename to items',
  'a view in its place': 'alter table item rename to items; create view item as select from items',
}

/** What makes none. */
const HARMLESS: Readonly<Record<string, string>> = {
  nothing: 'select',
  'a trigger on INSERT':
    'create trigger t before insert on "Or""der" for each row execute function nothing()',
  'a trigger that is disabled': `
create trigger t after delete on "Or""der" execute function nothing();
alter table "Or""der" disable trigger t`,
  'a foreign key to another table': 'alter table item add foreign key (id) references other',
  'a publication of another table': 'create publication emptied for table other',
  'a role with SELECT and TRUNCATE': `
grant select, truncate on "Or""der", item to emptier_ROLE;
set local role emptier_ROLE`,
}

describe('tables', () => {
  it('can be emptied only where nobody would notice', () =>
    withTestDatabase(SQL, async (client, { url }) => {
      // Roles are of the server, not of the database.
      const role = `emptier_${new URL(url).pathname.slice(-12)}`
      await client.query(`create role ${role}`)
      const answers: Record<string, boolean> = {}

      for (const [what, sql] of Object.entries({ ...OBSTACLES, ...HARMLESS })) {
        await client.query(`begin; ${sql.replaceAll('emptier_ROLE', role)}`)
        answers[what] = await canEmptyTables(client, TABLES)
        await client.query('rollback')
      }

      const wanted = (names: object, can: boolean) =>
        Object.fromEntries(Object.keys(names).map((name) => [name, can]))
      expect(answers).toEqual({ ...wanted(OBSTACLES, false), ...wanted(HARMLESS, true) })
      await client.query(`drop role ${role}`)
    }))
})
