import type { PreparedModel } from '../plan/prepared-import.js'
import { MAX_QUEUE_BYTES, needsOneStatement, rowsPerCopy } from '../plan/queue-memory.js'
import { ChunkRows } from './chunk-rows.js'
import {
  type LoadContext,
  type LoadedModel,
  type ReportProgress,
  sentColumns,
} from './load-context.js'
import { rowCountDiffers } from './load-error.js'
import { remapRows } from './remapped-rows.js'
import { sendByCopy } from './send-rows.js'
import { explainCopyFailure } from './translate-refusal.js'

/** How far a model has come. */
export interface ChunkProgress {
  /** All rows so far. What was left out is counted with the last chunk only. */
  readonly loaded: LoadedModel
  readonly isLast: boolean
}

/** How the chunks of a model are written. */
export interface ChunkedLoad {
  /** Rows of a chunk. A model that has to go in by one statement is one chunk, however large. */
  readonly batchSize: number
  /** Runs `work` in a transaction of its own, and keeps in that how far the model has come. */
  readonly commit: (work: () => Promise<ChunkProgress>) => Promise<void>
  readonly onProgress: ReportProgress
}

/**
 * Sends the files of a model chunk by chunk, straight into its table. There is one chunk even without
 * rows.
 *
 * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the file; `LOAD.*` for what PostgreSQL refuses.
 */
export async function loadInChunks(
  context: LoadContext,
  model: PreparedModel,
  { batchSize, commit, onProgress }: ChunkedLoad,
): Promise<LoadedModel> {
  const { chunks, sent, nulledBefore } = await remapRows(context, model, onProgress)
  const rows = await ChunkRows.open(chunks)
  const maxRows = rowsPerChunk(model, batchSize)
  // Those of the file that were read already come with the next chunks.
  const told = () => ({ ...sent, rows: rows.taken, nulled: nulledBefore(rows.taken) })
  try {
    do {
      await commit(async () => {
        await sendChunk(context, model, { rows, maxRows })
        return { loaded: told(), isLast: rows.isDone }
      })
    } while (!rows.isDone)
  } finally {
    await rows.close()
  }
  return told()
}

/** How many rows a chunk of a model holds; Infinity where one holds them all. */
export function rowsPerChunk(model: PreparedModel, batchSize: number): number {
  return needsOneStatement(model)
    ? Number.POSITIVE_INFINITY
    : Math.min(batchSize, rowsPerCopy(model, MAX_QUEUE_BYTES) ?? batchSize)
}

async function sendChunk(
  context: LoadContext,
  model: PreparedModel,
  { rows, maxRows }: { readonly rows: ChunkRows; readonly maxRows: number },
): Promise<void> {
  const { client, signal, sendRows = sendByCopy, journal = null } = context
  const onStored = async (stored: number) => journal?.wroteRows(model.model, stored)
  const target = { ...model.table, columns: sentColumns(model), onStored }
  const before = rows.taken
  let stored: number
  try {
    stored = await sendRows(client, target, rows.take(maxRows), signal)
  } catch (error) {
    const { table } = model.table
    throw await explainCopyFailure(context, error, { model, into: table, before })
  }
  if (stored !== rows.taken - before) {
    throw rowCountDiffers(model.model, { sent: rows.taken - before, stored })
  }
}
