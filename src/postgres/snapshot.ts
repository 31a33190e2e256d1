import { beginSnapshot } from './begin-snapshot.js'
import { type PostgresClient, queryRow, runAll } from './client.js'
import { qualify, quoteLiteral, type TableName } from './identifier.js'
import { INSUFFICIENT_PRIVILEGE, isServerError } from './postgres-error.js'

/** A table that is to stay what it is while it is read. */
interface HeldTable extends TableName {
  /** Whether `lock table` takes it: it is a table, and the role may read all of it. */
  readonly isLockable: boolean
}

/** What a snapshot is taken of. */
export interface HeldTables {
  readonly tables: readonly HeldTable[]
  /** `server_version_num` */
  readonly serverVersion: number
}

/** What other connections need to see the same rows. */
export interface SharedSnapshot extends HeldTables {
  readonly id: string
}

/** SQLSTATE of what `lock table` does not take, such as a foreign table. */
const WRONG_OBJECT_TYPE = '42809'

/**
 * Values as text that reads back as the same value on every server, whatever the role prefers. Rows that
 * a policy would hide make a query fail instead of leaving them out.
 */
const EXACT_SETTINGS = [
  `set local client_encoding = 'UTF8'`,
  `set local datestyle = 'ISO, YMD'`,
  `set local intervalstyle = 'postgres'`,
  // 3 means the shortest exact text since PostgreSQL 12, and all digits before.
  'set local extra_float_digits = 3',
  `set local bytea_output = 'hex'`,
  `set local lc_monetary = 'C'`,
  `set local timezone = 'UTC'`,
  'set local row_security = off',
] as const

function settingsOf(serverVersion: number): readonly string[] {
  // A limit that is meant for an application must not end a long export.
  const limits = serverVersion >= 170_000 ? ['set local transaction_timeout = 0'] : []
  return [...EXACT_SETTINGS, ...limits]
}

/**
 * Begins a transaction that only reads, all of it as the database is now, and keeps the tables from being
 * rewritten or dropped meanwhile, as pg_dump does. Ends with the connection.
 *
 * @returns ISO 8601, UTC: when that was.
 */
export async function holdSnapshot(
  client: PostgresClient,
  { tables, serverVersion }: HeldTables,
): Promise<string> {
  await beginSnapshot(client)
  await runAll(client, settingsOf(serverVersion))
  // Before anything is read: a table that was rewritten after the snapshot would seem empty.
  await holdTables(client, tables)
  const { time } = await queryRow<{ time: string }>(client, {
    text: `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time`,
    values: [],
  })
  return time
}

/** Makes the snapshot one that other connections can take, for as long as this transaction runs. */
export async function shareSnapshot(
  client: PostgresClient,
  held: HeldTables,
): Promise<SharedSnapshot> {
  const { id } = await queryRow<{ id: string }>(client, {
    text: 'select pg_export_snapshot() as id',
    values: [],
  })
  return { ...held, id }
}

/**
 * Takes the snapshot of another connection. Does not wait behind who waits for that connection to end:
 * it would wait for itself.
 */
export async function joinSnapshot(
  client: PostgresClient,
  { id, tables, serverVersion }: SharedSnapshot,
): Promise<void> {
  await beginSnapshot(client)
  await runAll(client, [
    `set transaction snapshot ${quoteLiteral(id)}`,
    ...settingsOf(serverVersion),
  ])
  await client.query(`set local lock_timeout = '2s'`)
  await holdTables(client, tables)
}

async function holdTables(client: PostgresClient, tables: readonly HeldTable[]): Promise<void> {
  const lockable = tables.filter(({ isLockable }) => isLockable)
  const isLocked = await tryLock(client, lockable)
  const others = isLocked ? tables.filter((table) => !lockable.includes(table)) : tables
  // Reading takes the same lock, of what the role may read in part and of what is no table too.
  await runAll(
    client,
    others.map((table) => `select from ${qualify(table)} limit 0`),
  )
}

/** Partitions that the role may not read stand against a lock before PostgreSQL 14. */
async function tryLock(client: PostgresClient, tables: readonly TableName[]): Promise<boolean> {
  if (tables.length === 0) return true
  await client.query('savepoint lock_tables')
  try {
    await client.query(`lock table ${tables.map(qualify).join(', ')} in access share mode`)
    // Inside of a savepoint no snapshot can be shared.
    await client.query('release savepoint lock_tables')
    return true
  } catch (error) {
    const isRefused =
      isServerError(error) && [INSUFFICIENT_PRIVILEGE, WRONG_OBJECT_TYPE].includes(error.code)
    if (!isRefused) throw error
    await client.query('rollback to savepoint lock_tables; release savepoint lock_tables')
    return false
  }
}
