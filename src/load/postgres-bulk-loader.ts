import type { PreparedModel } from '../plan/prepared-import.js'
import { copyModel } from './copy-model.js'
import type { LoadContext, LoadedModel, ReportProgress } from './load-context.js'
import { explainCheckFailure } from './translate-refusal.js'

/**
 * Loads the files of a model by one COPY, straight into its table: their bytes are scanned, keys and
 * references replaced, and what comes out is sent. Constraints stay in place.
 */
export class PostgresBulkLoader {
  readonly #context: LoadContext

  constructor(context: LoadContext) {
    this.#context = context
  }

  /**
   * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the file; `LOAD.*` for what PostgreSQL refuses.
   */
  load(model: PreparedModel, onProgress: ReportProgress): Promise<LoadedModel> {
    return copyModel(this.#context, model, model.table, onProgress)
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
