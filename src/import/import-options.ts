import type { CsvOptions } from '../csv/csv-dialect.js'
import type { Strategy } from '../plan/import-plan.js'
import type { ProgressListener } from '../progress/progress.js'

/** Options of `planImport`. */
export interface PlanOptions<ModelName extends string = string> {
  /** Folder with one CSV file per model. */
  readonly from: string
  /**
   * `postgresql://` URL of the target, with `?schema=` when it is not `public`.
   * @default `datasource.url` of the Prisma config, else the environment's `DATABASE_URL`
   */
  readonly url?: string
  /**
   * Import only these models; the files of others are left alone.
   * @default every model that has a file
   */
  readonly models?: readonly ModelName[]
  /**
   * How new keys are chosen, for all models or per model.
   * @default 'sequential'
   */
  readonly strategy?: Strategy | { readonly [Name in NoInfer<ModelName>]?: Strategy }
  /** How the files are written. */
  readonly csv?: CsvOptions
  /**
   * Whether words that PostgreSQL takes for values (`infinity`, `NaN`, `now`, …) are let through.
   * @default false
   */
  readonly allowSpecial?: boolean
}

/** Options of `importModels`. */
export interface ImportOptions<ModelName extends string = string> extends PlanOptions<ModelName> {
  /**
   * Name of the batch, such as the source system.
   * @default the name of the folder
   */
  readonly batchName?: string
  /** Called as the import goes on; must not throw. */
  readonly onProgress?: ProgressListener
  /** Stops the import and undoes it: rejects with `IMPORT.INTERRUPTED`. */
  readonly signal?: AbortSignal
}
