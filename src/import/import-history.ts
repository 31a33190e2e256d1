import { canReadHistory, expectReadableHistory } from '../history/history-rights.js'
import { readBatch } from '../history/read-batch.js'
import {
  type ImportDetails,
  type ImportSummary,
  readImportDetails,
  readImports,
} from '../history/read-imports.js'
import {
  type DetailsOptions,
  type HistoryOptions,
  resolveDetailsOptions,
  resolveHistoryOptions,
} from './history-options.js'
import { withHistory } from './with-history.js'

/** The imports that a database knows of. */
export interface ImportHistory {
  /** False where nothing was ever imported with a history. */
  readonly exists: boolean
  /** The newest first. */
  readonly imports: readonly ImportSummary[]
}

/**
 * Lists past imports of a database, the newest first. Writes nothing; where there is no history, it is
 * empty.
 *
 * @throws {GyroError} `HISTORY.MISSING_PRIVILEGE`, `HISTORY.NEWER`, `POSTGRES.*`, `PROJECT.*`,
 * `IMPORT.INVALID_OPTION`.
 * @example
 * const { imports } = await importHistory({ limit: 5 })
 * imports.map(({ id, status, rows }) => `${id} ${status} ${rows.loaded}`)
 */
export async function importHistory(options: HistoryOptions = {}): Promise<ImportHistory> {
  const resolved = resolveHistoryOptions(options)
  return withHistory(options, async (client) => {
    const exists = await canReadHistory(client)
    return { exists, imports: exists ? await readImports(client, resolved) : [] }
  })
}

/**
 * Gives all that the history knows of one import. Writes nothing.
 *
 * @throws {GyroError} `HISTORY.NONE`, `HISTORY.UNKNOWN_BATCH`, `HISTORY.AMBIGUOUS_BATCH` and what
 * `importHistory` throws.
 * @example
 * const { models, files } = await importDetails({ batch: 'last' })
 */
export async function importDetails(options: DetailsOptions): Promise<ImportDetails> {
  const resolved = resolveDetailsOptions(options)
  return withHistory(options, async (client) => {
    await expectReadableHistory(client)
    const { id } = await readBatch(client, resolved.batch)
    return readImportDetails(client, id)
  })
}
