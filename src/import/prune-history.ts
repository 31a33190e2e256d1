import { canReadHistory, expectPruningRights } from '../history/history-rights.js'
import { dropKeysAndImages, findPrunable, type PrunedBatch } from '../history/prune-batches.js'
import { tryImportLock } from '../postgres/advisory-lock.js'
import type { PostgresClient } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import { type DatabaseUrl, describeDatabase } from '../postgres/database-url.js'
import { withTransaction } from '../postgres/transaction.js'
import { findDatabase } from '../project/find-database.js'
import { type PruneOptions, resolvePruneOptions } from './history-options.js'
import { cannotPruneNow } from './import-error.js'
import { translateHistoryFailure } from './with-history.js'

/** What was dropped of a history, or would be. */
export interface PruneResult {
  /** Whether nothing was dropped, only looked at. */
  readonly dryRun: boolean
  /** The oldest first. */
  readonly batches: readonly PrunedBatch[]
}

/**
 * Drops the keys and before-images of batches that came to their end long ago, in one transaction. The
 * batches themselves stay in the history with their models, files and events; their keys cannot be
 * looked up and they cannot be rolled back any more. Batches that are worked on stay as they are.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `IMPORT.ALREADY_RUNNING`, `HISTORY.MISSING_PRIVILEGE`,
 * `HISTORY.NEWER`, `POSTGRES.*`, `PROJECT.*`: nothing was dropped.
 * @example
 * const { batches } = await pruneHistory({ olderThan: '90d' })
 */
export async function pruneHistory(options: PruneOptions): Promise<PruneResult> {
  const { seconds, dryRun } = resolvePruneOptions(options)
  const url = await findDatabase(options)
  return withConnection(url, async (client) => {
    try {
      const batches = await withTransaction(client, async () => {
        if (!(await canReadHistory(client))) return []
        return dryRun ? findPrunable(client, seconds) : prune(client, { seconds, url })
      })
      return { dryRun, batches }
    } catch (error) {
      throw translateHistoryFailure(error)
    }
  })
}

async function prune(
  client: PostgresClient,
  { seconds, url }: { readonly seconds: number; readonly url: DatabaseUrl },
): Promise<readonly PrunedBatch[]> {
  await expectPruningRights(client)
  // A rollback reads what is dropped here.
  if (!(await tryImportLock(client))) {
    throw cannotPruneNow(describeDatabase(url))
  }
  const batches = await findPrunable(client, seconds)
  if (batches.length > 0) await dropKeysAndImages(client, batches)
  return batches
}
