import { type PostgresClient, queryRow } from '../postgres/client.js'
import { canEmptyTables } from '../postgres/emptiable-tables.js'
import { qualify } from '../postgres/identifier.js'
import type { Server } from '../postgres/server.js'
import { findFilledTable, tryLockExclusively } from '../postgres/table-locks.js'
import { countOwn, hasOtherRows } from './count-statements.js'
import type { BatchPart } from './read-parts.js'
import type { ScopeTable } from './rollback-scope.js'
import type { RowMarks } from './row-marks.js'

/** The smallest tables, in bytes of all together, of which it takes longer to delete the rows. */
const MIN_BYTES = 2_000_000

/** Milliseconds that others may have to wait behind us, for each table. */
const PATIENCE = 2_000

/** Products that are none of the PostgreSQL of which the rules here are known. */
const UNKNOWN: readonly Server['flavour'][] = ['CockroachDB', 'YugabyteDB', 'Citus']

/** What a rollback is about. */
export interface ClaimedScope {
  readonly server: Pick<Server, 'flavour'>
  /** All tables that can be reached. */
  readonly tables: readonly ScopeTable[]
  readonly parts: readonly BatchPart[]
  readonly marks: RowMarks
}

/**
 * Claims the tables of a batch when they, and all that can refer to them, hold no row but those that it
 * has inserted: then they can be emptied, which takes no time however many rows there are. An import into
 * empty tables is undone that way. The tables are locked against everyone until COMMIT, and all of their
 * rows counted as marked; where it gives false, nothing is locked.
 *
 * Whoever has taken a snapshot before and comes to the tables after COMMIT finds them empty.
 */
export async function claimTables(client: PostgresClient, scope: ClaimedScope): Promise<boolean> {
  const { server, tables, parts } = scope
  const bytes = parts.reduce((sum, { rows }) => sum + rows.table.bytes, 0)
  const isPlain = parts.every(
    ({ recorded, rows, images }) =>
      recorded.updated === 0 && images.length === 0 && !rows.hasRestored,
  )
  if (bytes < MIN_BYTES || !isPlain || UNKNOWN.includes(server.flavour)) return false
  if (!(await canEmptyTables(client, tables)) || (await findOthers(client, scope))) return false
  await client.query('savepoint prisma_gyro_locks')
  // What was looked at before may have changed until the locks were had.
  const isClaimed =
    (await tryLockExclusively(client, tables, PATIENCE)) &&
    (await canEmptyTables(client, tables)) &&
    (await countAll(client, scope))
  // A lock that was had in a savepoint ends with its rollback.
  const rollback = isClaimed ? '' : 'rollback to savepoint prisma_gyro_locks;\n'
  await client.query(`${rollback}release savepoint prisma_gyro_locks`)
  return isClaimed
}

/** Empties the tables that are claimed, all at once as they refer to each other. */
export async function emptyTables(
  client: PostgresClient,
  tables: readonly ScopeTable[],
): Promise<void> {
  await client.query(`truncate ${tables.map(qualify).join(', ')}`)
}

/** Whether there are rows of others, mostly found at the first look. */
async function findOthers(client: PostgresClient, scope: ClaimedScope): Promise<boolean> {
  if ((await findFilledTable(client, listOthers(scope))) !== null) return true
  for (const { rows } of scope.parts) {
    const { has } = await queryRow<{ has: boolean }>(
      client,
      hasOtherRows({ ...rows, isLocking: false }),
    )
    if (has) return true
  }
  return false
}

/** Counts the rows as marked. False where there are any that the batch did not insert. */
async function countAll(client: PostgresClient, scope: ClaimedScope): Promise<boolean> {
  if ((await findFilledTable(client, listOthers(scope))) !== null) return false
  for (const { rows } of scope.parts) {
    const statement = countOwn({ ...rows, isLocking: false })
    const { rows: all, own } = await queryRow<{ rows: number; own: number }>(client, statement)
    if (all !== own) return false
    scope.marks.count(rows.table, own)
  }
  return true
}

function listOthers({ tables, parts }: ClaimedScope): readonly ScopeTable[] {
  return tables.filter((table) => parts.every(({ rows }) => rows.table !== table))
}
