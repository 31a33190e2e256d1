import { type PostgresClient, queryRow } from '../postgres/client.js'
import { findLockHolder, holdersOf, type LockHolder } from '../postgres/lock-holder.js'

/**
 * Claims a batch until the transaction ends. False when another connection has it: a batch that is
 * `IN_PROGRESS` and that nobody has claimed is one whose run crashed.
 */
export async function lockBatch(client: PostgresClient, id: string): Promise<boolean> {
  const { locked } = await queryRow<{ locked: boolean }>(client, {
    text: `select pg_try_advisory_xact_lock(${lockOf('$1')}) as locked`,
    values: [id],
  })
  return locked
}

/**
 * The session that has claimed a batch, unless it is this one; null for none. Claims nothing: nobody who
 * wants the batch is held up.
 */
export function findBatchHolder(client: PostgresClient, id: string): Promise<LockHolder | null> {
  return findLockHolder(client, lockOf('$1'), [id])
}

/**
 * That somebody has claimed a batch, as a condition of SQL.
 *
 * @param id An expression that gives the id.
 */
export function isClaimed(id: string): string {
  return `exists (${holdersOf(lockOf(id))})`
}

/** The same until the connection ends, across transactions: `findBatchHolder` sees it all along. */
export async function holdBatch(client: PostgresClient, id: string): Promise<boolean> {
  const { locked } = await queryRow<{ locked: boolean }>(client, {
    text: `select pg_try_advisory_lock(${lockOf('$1')}) as locked`,
    values: [id],
  })
  return locked
}

/** 64 bits of a hash of the id: apart from the lock of all imports, and as good as unique. */
function lockOf(id: string): string {
  return `hashtextextended(${id}::uuid::text, 7453889121846035507)`
}
