import { type PostgresClient, queryRow, queryRows } from '../postgres/client.js'
import { isServerError } from '../postgres/postgres-error.js'
import { findBatchHolder } from './batch-lock.js'

/**
 * What the history says of the transaction of a batch whose connection was lost: a batch that is there
 * was committed, wherever one looks. Null where it says nothing: it may never have come that far. A
 * session whose COMMIT never arrived is ended: the server would keep it, and its locks, for hours.
 */
export async function askHistory(
  client: PostgresClient,
  id: string,
): Promise<'committed' | 'in progress' | null> {
  const holder = await findBatchHolder(client, id)
  if (holder !== null) {
    await queryRows(client, {
      text: `\
select pg_catalog.pg_terminate_backend(pid)
from pg_catalog.pg_stat_activity
where pid = $1 and state = 'idle in transaction'`,
      values: [holder.pid],
    })
    return 'in progress'
  }
  // Locks are given back behind COMMIT, so that this comes after it.
  return (await hasBatch(client, id)) ? 'committed' : null
}

async function hasBatch(client: PostgresClient, id: string): Promise<boolean> {
  try {
    const { found } = await queryRow<{ found: boolean }>(client, {
      text: 'select exists (select from prisma_gyro.batch where id = $1) as found',
      values: [id],
    })
    return found
  } catch (error) {
    // Where the first import was undone, there is no table.
    if (isServerError(error)) return false
    throw error
  }
}
