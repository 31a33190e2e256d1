import { findBatchHolder } from '../history/batch-lock.js'
import { batchIsPruned, batchIsRunning } from '../history/history-error.js'
import {
  type RecordedBatch,
  type RecordedModel,
  readBatch,
  readModels,
} from '../history/read-batch.js'
import type { Manifest } from '../manifest/manifest.js'
import { type PostgresClient, queryRow } from '../postgres/client.js'
import { displayName, isSameTable } from '../postgres/identifier.js'
import {
  alreadyRolledBack,
  indistinctModels,
  otherManifest,
  restoredDatabase,
  writersReused,
} from './rollback-error.js'

/** A batch that can be rolled back, as far as the history tells. */
export interface RollbackBatch extends RecordedBatch {
  /** In load order, without those of which nothing was written. */
  readonly models: readonly RecordedModel[]
  /** Numbers of the transactions that wrote its rows: what their `xmin` is. */
  readonly writers: readonly string[]
}

/**
 * Finds a batch and expects that its rows can be told from others.
 *
 * @param wanted Its id, the beginning of it, or `last`.
 * @param schema Of models without `@@schema`.
 * @throws {GyroError} `HISTORY.UNKNOWN_BATCH`, `HISTORY.AMBIGUOUS_BATCH`, `HISTORY.RUNNING`, `HISTORY.PRUNED`,
 * `ROLLBACK.ALREADY_DONE`, `ROLLBACK.OTHER_MANIFEST`, `ROLLBACK.INDISTINCT`, `ROLLBACK.OTHER_DATABASE`,
 * `ROLLBACK.WRITERS_REUSED`.
 */
export async function readRollbackBatch(
  client: PostgresClient,
  wanted: string,
  { manifest, schema }: { readonly manifest: Manifest; readonly schema: string },
): Promise<RollbackBatch> {
  const batch = await readBatch(client, wanted)
  if (batch.status === 'ROLLED_BACK') {
    throw alreadyRolledBack(batch.id)
  }
  if (batch.prunedAt !== null) {
    throw batchIsPruned(batch.id, batch.prunedAt)
  }
  const holder = await findBatchHolder(client, batch.id)
  if (holder !== null) throw batchIsRunning(batch.id, holder)
  const recorded = await readModels(client, batch.id)
  const models = recorded.filter(({ loaded, updated }) => loaded + updated > 0)
  const unknown = models.filter(({ model, table }) => {
    const known = manifest.models.find(({ name }) => name === model)
    const its = known && { schema: known.schema ?? schema, table: known.table }
    return its === undefined || !isSameTable(its, table)
  })
  if (unknown.length > 0) {
    const named = unknown.map(({ model, table }) => ({ model, table: displayName(table) }))
    throw otherManifest(batch.id, named)
  }
  const indistinct = models.filter(({ isDistinct }) => !isDistinct)
  if (indistinct.length > 0) {
    throw indistinctModels(
      batch.id,
      indistinct.map(({ model }) => model),
    )
  }
  return { ...batch, models, writers: await readWriters(client, batch, models) }
}

/**
 * Reads the numbers of the transactions that wrote the rows of a batch.
 *
 * @throws {GyroError} `ROLLBACK.OTHER_DATABASE`, `ROLLBACK.WRITERS_REUSED` where they tell nothing.
 */
export async function readWriters(
  client: PostgresClient,
  { id, transactionId }: RecordedBatch,
  models: readonly RecordedModel[],
): Promise<readonly string[]> {
  const { isForeign, writers, next } = await queryRow<Writers>(client, {
    text: `\
select
  coalesce(bool_or(xmin <> xid), false) as "isForeign",
  array(select distinct xid::text from prisma_gyro.write where batch_id = $1) as writers,
  pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text as next
from prisma_gyro.write
where batch_id = $1`,
    values: [id],
  })
  if (isForeign) {
    throw restoredDatabase(id)
  }
  const kept = models.filter(({ keyKind }) => keyKind === 'kept')
  if (kept.length > 0 && !provesWriter(transactionId, next)) {
    throw writersReused(
      id,
      kept.map(({ model }) => model),
    )
  }
  // What triggers do at COMMIT is of the transaction itself, whatever savepoints there were.
  const own = transactionId === null ? [] : [String(BigInt(transactionId) % 2n ** 32n)]
  return [...new Set([...writers, ...own])]
}

interface Writers {
  readonly isForeign: boolean
  readonly writers: readonly string[]
  /** The number that the next transaction will get, of 64 bits. */
  readonly next: string
}

/**
 * Whether a row with the number of a transaction was written by that one: rows hold the lower 32 bits
 * only, also those that are older than a whole round of numbers.
 */
export function provesWriter(transactionId: string | null, next: string): boolean {
  if (BigInt(next) < 2n ** 32n) return true
  if (transactionId === null) return false
  const id = BigInt(transactionId)
  return id < 2n ** 32n && BigInt(next) - id < 2n ** 31n
}
