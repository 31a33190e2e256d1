import type { PreparedModel } from '../plan/prepared-import.js'
import { copyIn } from '../postgres/copy-in.js'
import type { TableName } from '../postgres/identifier.js'
import {
  type LoadContext,
  type LoadedModel,
  type ReportProgress,
  sentColumns,
} from './load-context.js'
import { rowCountDiffers } from './load-error.js'
import { remapRows } from './remapped-rows.js'
import { explainCopyFailure } from './translate-refusal.js'

/**
 * Sends the files of a model by one COPY.
 *
 * @param into The table of the model, or one that has its columns.
 * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the file; `LOAD.*` for what PostgreSQL refuses.
 */
export async function copyModel(
  context: LoadContext,
  model: PreparedModel,
  into: TableName,
  onProgress: ReportProgress,
): Promise<LoadedModel> {
  const { client, signal } = context
  const { chunks, sent } = await remapRows(context, model, onProgress)
  const target = { ...into, columns: sentColumns(model).map(({ column }) => column) }
  let stored: number
  try {
    stored = await copyIn(client, target, chunks, signal)
  } catch (error) {
    throw await explainCopyFailure(context, error, { model, into: into.table })
  }
  if (stored !== sent.rows) {
    throw rowCountDiffers(model.model, { sent: sent.rows, stored })
  }
  return sent
}
