import type { PreparedModel } from '../plan/prepared-import.js'
import { MAX_QUEUE_BYTES, rowsPerCopy } from '../plan/queue-memory.js'
import { copyModel } from './copy-model.js'
import type { LoadContext, LoadedModel, ReportProgress } from './load-context.js'
import { explainCheckFailure } from './translate-refusal.js'

/**
 * Loads the files of a model by COPY, straight into its table: their bytes are scanned, keys and
 * references replaced, and what comes out is sent. Constraints stay in place.
 */
export class PostgresBulkLoader {
  readonly #context: LoadContext
  readonly #maxQueueBytes: number

  /**
   * @param maxQueueBytes The most memory of the server that the foreign-key checks of one COPY are to
   * take: before more, another COPY begins, where that is safe.
   */
  constructor(context: LoadContext, maxQueueBytes = MAX_QUEUE_BYTES) {
    this.#context = context
    this.#maxQueueBytes = maxQueueBytes
  }

  /**
   * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the file; `LOAD.*` for what PostgreSQL refuses.
   */
  load(model: PreparedModel, onProgress: ReportProgress): Promise<LoadedModel> {
    const into = { ...model.table, maxRows: rowsPerCopy(model, this.#maxQueueBytes) }
    return copyModel(this.#context, model, into, onProgress)
  }

  /**
   * Has constraints checked now that are declared to be checked at COMMIT, while the rows that break
   * them can still be found in the files.
   *
   * @throws {GyroError} `LOAD.*`.
   */
  async checkDeferred(models: readonly PreparedModel[]): Promise<void> {
    try {
      await this.#context.client.query('set constraints all immediate')
    } catch (error) {
      throw await explainCheckFailure(this.#context, error, models)
    }
  }
}
