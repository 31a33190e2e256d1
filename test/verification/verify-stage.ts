import type { ImportOptions } from '../../src/import/import-options.js'
import { verifyImport } from '../../src/import/verify-import.js'
import type { VerifyOptions } from '../../src/import/verify-options.js'
import type { VerifyResult } from '../../src/verification/verification-result.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

/** What a test of a verification has to play with. */
export interface VerifyStage extends ImportStage {
  /** Imports the files of the folder; gives the id of the batch. */
  importBatch(options?: Partial<ImportOptions>): Promise<string>
  verify(batch?: string, options?: Partial<VerifyOptions>): Promise<VerifyResult>
}

/** A database, a folder of CSV files and functions that import and verify; all go afterwards. */
export function withVerifyStage<Result>(
  setup: StageSetup,
  use: (stage: VerifyStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage(setup, (stage) => {
    const { manifest, url } = stage
    const verify: VerifyStage['verify'] = (batch = 'last', options = {}) =>
      verifyImport(manifest, { batch, url, ...options })
    return use({
      ...stage,
      verify,
      importBatch: async (options) => {
        const { batch } = await stage.importModels(options)
        return batch.id
      },
    })
  })
}

/**
 * The names of what differs: `Model` for its rows, `Model.column`, `Model->reference`; `Model together`
 * where it is none of these.
 */
export function listDifferent({ models, references }: VerifyResult): readonly string[] {
  return models.flatMap(({ model, rows, columns, together }) => {
    const names = [
      ...(rows.ok ? [] : [model]),
      ...columns.filter(({ ok }) => !ok).map(({ column }) => `${model}.${column}`),
      ...references
        .filter((each) => each.model === model && !each.ok)
        .map(({ reference }) => `${model}->${reference}`),
    ]
    return names.length === 0 && together === false ? [`${model} together`] : names
  })
}
