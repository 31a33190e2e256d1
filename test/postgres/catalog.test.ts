import { describe, expect, it } from '@jest/globals'
import {
  type CatalogTable,
  findColumn,
  findTable,
  readCatalog,
} from '../../src/postgres/catalog.js'
import type { CatalogColumn } from '../../src/postgres/catalog-column.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { displayName } from '../../src/postgres/identifier.js'
import { readServer } from '../../src/postgres/server.js'
import { itSince } from '../support/since.js'
import { withTestDatabase } from '../support/test-database.js'

const SEQUENCE = {
  increment: 1n,
  min: 1n,
  max: 2147483647n,
  isUsable: true,
  isReadable: true,
}

const PLAIN = { isArray: false, modifier: -1, labels: null }

const SHARED = { ...SEQUENCE, name: `public."a ""b"" c'd"`, max: 99n }

describe('readCatalog', () => {
  it('tells the server, the role and the tables that are there', () =>
    withTables(
      'create schema "My Schema"; create table "My Schema"."T" (a int); create table "T" (b int)',
      async (client) => {
        const catalog = await readCatalog(client, [
          { schema: 'My Schema', table: 'T' },
          { schema: 'public', table: 't' },
          { schema: 'public', table: 'missing' },
        ])

        const { tables: _, ...server } = catalog
        expect(server).toEqual(await readServer(client))
        expect([...catalog.tables.values()]).toEqual([
          {
            schema: 'My Schema',
            table: 'T',
            kind: 'r',
            estimatedRows: -1,
            isReachable: true,
            isOwner: true,
            hasPolicies: false,
            hasRowSecurity: false,
            canLock: true,
            canTruncate: true,
            canSelect: true,
            insertRules: [],
            relatives: [],
            partitions: [],
            columns: [
              {
                name: 'a',
                type: 'integer',
                valueType: { name: 'int4', isArray: false, modifier: -1, labels: null },
                highest: 2147483647n,
                isNotNull: false,
                hasDefault: false,
                isIdentity: false,
                isAlwaysIdentity: false,
                isGenerated: false,
                canInsert: true,
                canSelect: true,
                canUpdate: true,
                isSelectGranted: true,
                sequence: null,
                sequenceLacks: [],
              },
            ],
            foreignKeys: [],
            functions: [],
            triggers: [],
          },
        ])
      },
    ))

  it('tells nothing of no tables', () =>
    withTables('', async (client) => {
      expect(await readCatalog(client, [])).toMatchObject({ tables: new Map() })
    }))

  it.each<[string, string, Partial<CatalogColumn>]>([
    [
      'serial',
      'serial',
      {
        type: 'integer',
        isNotNull: true,
        hasDefault: true,
        isIdentity: false,
        sequence: { ...SEQUENCE, name: 'public.t_c_seq' },
      },
    ],
    [
      'bigserial',
      'bigserial',
      {
        type: 'bigint',
        highest: 9223372036854775807n,
        sequence: { ...SEQUENCE, name: 'public.t_c_seq', max: 9223372036854775807n },
      },
    ],
    [
      'smallserial',
      'smallserial',
      {
        type: 'smallint',
        highest: 32767n,
        sequence: { ...SEQUENCE, name: 'public.t_c_seq', max: 32767n },
      },
    ],
    [
      'identity',
      'int generated always as identity (increment -5 minvalue -100 maxvalue 10)',
      {
        hasDefault: true,
        isIdentity: true,
        isAlwaysIdentity: true,
        sequence: { ...SEQUENCE, name: 'public.t_c_seq', increment: -5n, min: -100n, max: 10n },
      },
    ],
    [
      'shared sequence',
      `int default nextval('"a ""b"" c''d"')`,
      { hasDefault: true, sequence: SHARED },
    ],
    ['sequence and a cast', `int default nextval('"a ""b"" c''d"')::int`, { sequence: SHARED }],
    [
      'value that is made of a sequence',
      `int default 10 * nextval('"a ""b"" c''d"')`,
      { hasDefault: true, sequence: null },
    ],
    [
      'text that is made of a sequence',
      `text default 'INV-' || nextval('"a ""b"" c''d"')`,
      { type: 'text', hasDefault: true, highest: null, sequence: null },
    ],
    [
      'number of another type with a sequence',
      `numeric default nextval('"a ""b"" c''d"')`,
      { type: 'numeric', highest: null, sequence: null },
    ],
    [
      'generated column',
      `int generated always as (1 + 1) stored`,
      { isGenerated: true, hasDefault: false, sequence: null },
    ],
    [
      'domain over an integer',
      `positive not null default nextval('"a ""b"" c''d"')`,
      { type: 'positive', highest: 32767n, isNotNull: true, sequence: SHARED },
    ],
    [
      'domain with a default',
      'greeting not null',
      { type: 'greeting', highest: null, isNotNull: true, hasDefault: true },
    ],
    [
      'domain over a domain',
      'loud',
      { type: 'loud', isNotNull: true, hasDefault: true, valueType: { ...PLAIN, name: 'text' } },
    ],
    ['domain over a length', 'short', { valueType: { ...PLAIN, name: 'varchar', modifier: 9 } }],
    [
      'domain over a list of a domain',
      'shorts',
      { isNotNull: false, valueType: { ...PLAIN, name: 'varchar', isArray: true, modifier: 9 } },
    ],
    [
      'enum',
      'mood',
      {
        type: 'mood',
        highest: null,
        sequence: null,
        valueType: { ...PLAIN, name: 'mood', labels: ['happy', 'a,"b'] },
      },
    ],
    [
      'list of an enum',
      'mood[] not null',
      { valueType: { ...PLAIN, name: 'mood', isArray: true, labels: ['happy', 'a,"b'] } },
    ],
    ['pair of numbers', 'point', { valueType: { ...PLAIN, name: 'point' } }],
    [
      'number of digits',
      'numeric(12, 2)',
      { valueType: { ...PLAIN, name: 'numeric', modifier: 786438 } },
    ],
    ['list', 'int[] not null', { type: 'integer[]', highest: null, isNotNull: true }],
    ['length', 'varchar(120)', { type: 'character varying(120)' }],
  ])('reads a column with a %s', (_, type, wanted) =>
    withTables(
      `
create sequence "a ""b"" c'd" maxvalue 99;
create domain positive as smallint check (value > 0);
create domain greeting as text default 'hello';
create domain loud as greeting not null;
create domain short as varchar(5);
create domain shorts as short[];
create type mood as enum ('happy', 'a,"b');
create table t (c ${type})`,
      async (client) => {
        const column = findColumn(await readTable(client), 'c')

        expect(column).toMatchObject(wanted)
      },
    ),
  )

  it.each([
    ['an identity', 'alter table t alter c drop default, alter c add generated always as identity'],
    [
      'a default',
      `create sequence t_c_seq1; alter table t alter c set default nextval('t_c_seq1')`,
    ],
  ])('takes the sequence of %s before one that the column still owns', (_, sql) =>
    withTables(`create table t (c serial); ${sql}`, async (client) => {
      const column = findColumn(await readTable(client), 'c')

      expect(column?.sequence?.name).toBe('public.t_c_seq1')
    }),
  )

  it('takes the sequence that a column owns also without a default', () =>
    withTables('create table t (c int); create sequence own owned by t.c', async (client) => {
      const column = findColumn(await readTable(client), 'c')

      expect(column?.hasDefault).toBe(false)
      expect(column?.sequence?.name).toBe('public.own')
    }))

  it('leaves out what was dropped', () =>
    withTables(
      'create table t (a int, b int, c int); alter table t drop column b',
      async (client) => {
        const { columns } = await readTable(client)

        expect(columns.map(({ name }) => name)).toEqual(['a', 'c'])
      },
    ))

  it('tells kinds of relations apart', () =>
    withTables(
      `
create table a (id int) partition by range (id); create table b partition of a default;
create view c as select 1 as x; create materialized view d as select 1 as x; create sequence e`,
      async (client) => {
        const names = ['a', 'b', 'c', 'd', 'e'].map((table) => ({ schema: 'public', table }))

        const { tables } = await readCatalog(client, names)

        expect([...tables.values()].map(({ table, kind }) => `${table} ${kind}`)).toEqual([
          'a p',
          'b r',
          'c v',
          'd m',
        ])
      },
    ))

  it('reads foreign keys with their columns in order', () =>
    withTables(
      `
create schema other;
create table other.p (a int, b text, id int unique, primary key (b, a));
create table t (x int, y text, z int);
insert into t values (1, 'dangling', null);
alter table t
  add constraint two foreign key (x, y) references other.p (a, b) initially deferred not valid,
  add constraint one foreign key (z) references other.p (id) deferrable`,
      async (client) => {
        const { foreignKeys } = await readTable(client)

        const p = { schema: 'other', table: 'p' }
        const target = { target: p, targetRoot: p }
        expect(foreignKeys).toEqual([
          {
            name: 'one',
            columns: ['z'],
            ...target,
            targetColumns: ['id'],
            isEnforced: true,
            isValidated: true,
            isMatchFull: false,
            deferral: 'possible',
          },
          {
            name: 'two',
            columns: ['x', 'y'],
            ...target,
            targetColumns: ['a', 'b'],
            isEnforced: true,
            isValidated: false,
            isMatchFull: false,
            deferral: 'initial',
          },
        ])
      },
    ))

  itSince(18)('tells foreign keys that are not enforced', () =>
    withTables(
      `
create table p (id int primary key);
create table t (x int constraint "no" references p not enforced)`,
      async (client) => {
        const { foreignKeys } = await readTable(client)

        expect(foreignKeys).toMatchObject([{ name: 'no', isEnforced: false }])
      },
    ),
  )

  it.each<[string, string, readonly string[]]>([
    ['from and to partitioned tables as declared', 't', ['t_p_fkey (p) → public.p of public.p']],
    ['of a partition as its own', 't1', ['t_p_fkey (p) → public.p of public.p']],
    ['that a partition alone declares with its root', 's', ['leaf (p) → public.p1 of public.p']],
  ])('reads foreign keys %s', (_, table, wanted) =>
    withTables(
      `
create table p (id int primary key) partition by range (id);
create table p1 partition of p for values from (1) to (9); create table p2 partition of p default;
create table t (p int references p) partition by range (p); create table t1 partition of t default;
create table s (p int) partition by range (p); create table s1 partition of s default;
alter table s1 add constraint leaf foreign key (p) references p1`,
      async (client) => {
        const { foreignKeys } = await readTable(client, table)

        const told = foreignKeys.map(
          ({ name, columns, target, targetRoot }) =>
            `${name} (${columns}) → ${displayName(target)} of ${displayName(targetRoot)}`,
        )
        expect(told).toEqual(wanted)
      },
    ),
  )

  it('knows which foreign keys check nothing in a session that is a replica', () =>
    withTables('create table t (id int primary key, up int references t)', async (client) => {
      await client.query('set session_replication_role = replica')

      const { foreignKeys } = await readTable(client)

      expect(foreignKeys.map(({ isEnforced }) => isEnforced)).toEqual([false])
    }))

  it('reads rules for INSERT that are enabled', () =>
    withTables(
      `
create table t (id int);
create rule b as on insert to t do also select 1; create rule a as on insert to t do also select 1;
create rule off as on insert to t do nothing; alter table t disable rule off;
create rule other as on update to t do nothing`,
      async (client) => {
        const { insertRules } = await readTable(client)

        expect(insertRules).toEqual(['a', 'b'])
      },
    ))

  it('reads the partitions of a table, at every depth', () =>
    withTables(
      `
create schema other; create table t (id int) partition by range (id);
create table other.z partition of t default partition by list (id); create table a partition of other.z default`,
      async (client) => {
        const { partitions } = await readTable(client)

        expect(partitions.map(displayName)).toEqual(['other.z', 'public.a'])
        expect((await readTable(client, 'a')).partitions).toEqual([])
      },
    ))

  it('reads what inherits and what is inherited, but no partitions', () =>
    withTables(
      `
create table base (id int); create schema other;
create table t () inherits (base); create table other.a () inherits (t);
create table root (id int) partition by range (id); create table leaf partition of root default`,
      async (client) => {
        expect((await readTable(client)).relatives).toEqual(['other.a', 'public.base'])
        expect((await readTable(client, 'root')).relatives).toEqual([])
        expect((await readTable(client, 'leaf')).relatives).toEqual([])
      },
    ))

  it.each<[string, string, object, object, object | null]>([
    [
      'nothing',
      '',
      { isReachable: true, isOwner: false, canLock: false },
      {
        canInsert: false,
        canSelect: false,
        canUpdate: false,
        isSelectGranted: false,
        sequenceLacks: ['sequence public.t_id_seq'],
      },
      { isUsable: false, isReadable: false },
    ],
    [
      'nothing in a schema of others',
      'revoke usage on schema public from public; grant all on t to ROLE; grant all on sequence t_id_seq to ROLE;',
      { isReachable: false, canLock: true },
      {
        canInsert: true,
        canSelect: false,
        isSelectGranted: true,
        sequenceLacks: ['schema "public"'],
      },
      { isUsable: false, isReadable: false },
    ],
    [
      'a column',
      'grant insert (id), select (id) on t to ROLE; grant usage on sequence t_id_seq to ROLE;',
      { canLock: false },
      { canInsert: true, canSelect: true },
      { isUsable: true, isReadable: false },
    ],
    [
      'everything',
      'grant all on t to ROLE; grant all on sequence t_id_seq to ROLE;',
      { canLock: true, hasRowSecurity: false },
      { canInsert: true, canSelect: true, canUpdate: true, sequenceLacks: [] },
      { isUsable: true, isReadable: true },
    ],
    [
      'the role that owns it',
      'create role ROLE_owner; alter table t owner to ROLE_owner; grant ROLE_owner to ROLE;',
      { isOwner: true, hasPolicies: false },
      { canInsert: true },
      null,
    ],
    [
      'everything under row-level security',
      'grant all on t to ROLE; alter table t enable row level security;',
      { hasPolicies: true, hasRowSecurity: true },
      { canInsert: true },
      null,
    ],
  ])('sees what a role may that was granted %s', (_, grants, table, column, sequence) =>
    withTables('create table t (id serial, name text)', async (client) => {
      const role = `reader_${Math.random().toString(36).slice(2)}`
      await client.query(`
create role ${role};
${grants.replaceAll('ROLE', role)}
set role ${role}`)

      const found = await readTable(client)

      expect(found).toMatchObject(table)
      expect(findColumn(found, 'id')).toMatchObject(column)
      if (sequence !== null) expect(findColumn(found, 'id')?.sequence).toMatchObject(sequence)
    }),
  )
})

describe('the functions of a table', () => {
  it('are those that users wrote, of defaults, checks, domains and indexes', () =>
    withTables(
      `
create extension "uuid-ossp";
create function "c 1"() returns text language sql as 'select ''x''';
create function checked(text) returns boolean language sql immutable as 'select true';
create function of_domain(text) returns boolean language sql immutable as 'select true';
create function indexed(text) returns text language sql immutable as 'select $1';
create function unused() returns text language sql as 'select ''x''';
create domain d as text check (of_domain(value));
create table t (
  a text default "c 1"() check (checked(a)), b d default "c 1"(),
  c uuid default uuid_generate_v4(), e timestamp default now()
);
create index on t (indexed(a))`,
      async (client) => {
        const { functions } = await readTable(client)

        expect(functions).toEqual([
          'public.c 1',
          'public.checked',
          'public.indexed',
          'public.of_domain',
        ])
      },
    ))
})

describe('findTable and findColumn', () => {
  it('find by name, and nothing in nothing', () =>
    withTables('create table t (id int)', async (client) => {
      const name = { schema: 'public', table: 't' }
      const catalog = await readCatalog(client, [name])

      expect(findTable(catalog, name)).toBe([...catalog.tables.values()][0])
      expect(findTable(catalog, { ...name, schema: 'other' })).toBeUndefined()
      expect(findColumn(findTable(catalog, name), 'id')?.name).toBe('id')
      expect(findColumn(findTable(catalog, name), 'ID')).toBeUndefined()
      expect(findColumn(undefined, 'id')).toBeUndefined()
    }))
})

/** Runs on a database with these tables. */
function withTables(sql: string, use: (client: PostgresClient) => Promise<void>): Promise<void> {
  return withTestDatabase('', async (client) => {
    await client.query(sql)
    await use(client)
  })
}

async function readTable(client: PostgresClient, table = 't'): Promise<CatalogTable> {
  const name = { schema: 'public', table }
  return findTable(await readCatalog(client, [name]), name) as CatalogTable
}
