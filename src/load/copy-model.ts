import type { PreparedModel } from '../plan/prepared-import.js'
import { isSameTable, type TableName } from '../postgres/identifier.js'
import {
  type LoadContext,
  type LoadedModel,
  type ReportProgress,
  sentColumns,
} from './load-context.js'
import { rowCountDiffers } from './load-error.js'
import { type RemappedRows, remapRows } from './remapped-rows.js'
import { sendByCopy } from './send-rows.js'
import { explainCopyFailure } from './translate-refusal.js'

/** The table of a model, or one that has its columns. */
export interface CopyInto extends TableName {
  /**
   * After so many rows, and those of the chunk of the file that holds the last of them, another COPY
   * begins.
   * @default null: one COPY takes all
   */
  readonly maxRows?: number | null
}

/**
 * Sends the files of a model by COPY, or how the context has it.
 *
 * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the file; `LOAD.*` for what PostgreSQL refuses.
 */
export async function copyModel(
  context: LoadContext,
  model: PreparedModel,
  { maxRows = null, ...into }: CopyInto,
  onProgress: ReportProgress,
): Promise<LoadedModel> {
  const { client, signal, sendRows = sendByCopy, journal = null } = context
  const { chunks, sent } = await remapRows(context, model, onProgress)
  const columns = sentColumns(model)
  // What goes into a temporary table is written when it leaves that.
  const target =
    journal !== null && isSameTable(into, model.table)
      ? { ...into, columns, onStored: (rows: number) => journal.wroteRows(model.model, rows) }
      : { ...into, columns }
  const texts = cutRows({ chunks, sent }, maxRows ?? Number.POSITIVE_INFINITY)
  let stored = 0
  for await (const text of texts) {
    const before = sent.rows
    try {
      stored += await sendRows(client, target, text, signal)
    } catch (error) {
      throw await explainCopyFailure(context, error, { model, into: into.table, before })
    }
  }
  if (stored !== sent.rows) {
    throw rowCountDiffers(model.model, { sent: sent.rows, stored })
  }
  return sent
}

/**
 * The rows as the text of one COPY after the other, each to be taken whole before the next is asked
 * for. There is one even without rows.
 */
async function* cutRows(
  { chunks, sent }: Pick<RemappedRows, 'chunks' | 'sent'>,
  maxRows: number,
): AsyncGenerator<AsyncIterable<Buffer>> {
  const source = chunks[Symbol.asyncIterator]()
  let next = await source.next()
  async function* takeText(): AsyncGenerator<Buffer> {
    const end = sent.rows + maxRows
    while (!next.done && sent.rows < end) {
      yield next.value
      // Only then the rows of what went before are all counted.
      next = await source.next()
    }
  }
  try {
    do {
      yield takeText()
    } while (!next.done)
  } finally {
    await source.return?.()
  }
}
