import { type PostgresClient, queryRow } from './client.js'
import { findLockHolder, type LockHolder } from './lock-holder.js'

/** Any number that no other program uses: `prisma-gyro` in a hash, once and for all. */
const IMPORT_LOCK = '7453889121846035507'

/**
 * Claims the database for one import until the transaction ends. False when another has it.
 * Advisory: applications are not held up by it.
 */
export async function tryImportLock(client: PostgresClient): Promise<boolean> {
  const { locked } = await queryRow<{ locked: boolean }>(client, {
    text: 'select pg_try_advisory_xact_lock($1::bigint) as locked',
    values: [IMPORT_LOCK],
  })
  return locked
}

/** The same until the connection ends, across transactions. */
export async function holdImportLock(client: PostgresClient): Promise<boolean> {
  const { locked } = await queryRow<{ locked: boolean }>(client, {
    text: 'select pg_try_advisory_lock($1::bigint) as locked',
    values: [IMPORT_LOCK],
  })
  return locked
}

/** Who else has it; null for nobody. */
export function findImportLockHolder(client: PostgresClient): Promise<LockHolder | null> {
  return findLockHolder(client, '$1::bigint', [IMPORT_LOCK])
}
