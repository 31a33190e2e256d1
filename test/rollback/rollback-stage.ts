import { planRollback } from '../../src/import/plan-rollback.js'
import { rollbackImport } from '../../src/import/rollback-import.js'
import type { RollbackOptions } from '../../src/import/rollback-options.js'
import type { RollbackPlan, RollbackResult } from '../../src/rollback/rollback-plan.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

/** What a test of a rollback has to play with. */
export interface RollbackStage extends ImportStage {
  /** Imports the files of the folder; gives the id of the batch. */
  importBatch(options?: Parameters<ImportStage['importModels']>[0]): Promise<string>
  planRollback(batch: string, options?: Partial<RollbackOptions>): Promise<RollbackPlan>
  rollback(batch: string, options?: Partial<RollbackOptions>): Promise<RollbackResult>
  /** Every row of every table but those of the history, as text. */
  rows(): Promise<Readonly<Record<string, readonly string[]>>>
}

/** A database, a folder of CSV files and functions that import and roll back; all go afterwards. */
export function withRollbackStage<Result>(
  setup: StageSetup,
  use: (stage: RollbackStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage(setup, (stage) => {
    const { manifest, url } = stage
    return use({
      ...stage,
      importBatch: async (options) => {
        const { batch } = await stage.importModels(options)
        return batch.id
      },
      planRollback: (batch, options) => planRollback(manifest, { batch, url, ...options }),
      rollback: (batch, options) => rollbackImport(manifest, { batch, url, ...options }),
      rows: async () => {
        const all = Object.entries(await stage.snapshot())
        return Object.fromEntries(all.filter(([table]) => !table.startsWith('prisma_gyro.')))
      },
    })
  })
}
