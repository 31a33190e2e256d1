import type { PreparedModel } from '../plan/prepared-import.js'
import { copyModel } from './copy-model.js'
import type { LoadContext, TrackLoad } from './load-context.js'

/**
 * Loads models by one COPY each, in any order: checks that can wait do so until the end of the load, as
 * `PostgresBulkLoader.checkDeferred` has it. PostgreSQL notes every row for each of them until then.
 */
export class DeferredConstraintLoader {
  readonly #context: LoadContext

  constructor(context: LoadContext) {
    this.#context = context
  }

  /**
   * @param track Runs the load of each.
   * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the files; `LOAD.*` for what PostgreSQL refuses.
   */
  async load(models: readonly PreparedModel[], track: TrackLoad): Promise<void> {
    // All of them: a name alone may be that of a constraint that cannot wait, too.
    await this.#context.client.query('set constraints all deferred')
    for (const model of models) {
      await track(model, (report) => copyModel(this.#context, model, model.table, report))
    }
  }
}
