import type { Strategy, Technique } from '../plan/import-plan.js'
import type { RowProblem } from '../plan/row-problem.js'
import type { RejectedFiles } from '../rejects/reject-folder.js'
import type { CheckResult } from '../verify/check-load.js'

/** What an import did. For every model `read = loaded + updated + skipped + rejected`. */
export interface ImportResult {
  readonly batch: LoadedBatch
  readonly seconds: number
  /** In load order. */
  readonly models: readonly ModelResult[]
  /** What was verified before COMMIT; every one is ok, else the import would have failed. */
  readonly checks: readonly CheckResult[]
  readonly warnings: readonly string[]
  /** Where rejected rows are; null when there are none. */
  readonly rejects: RejectedRows | null
}

/** What an import is called in the history. */
export interface LoadedBatch {
  readonly id: string
  readonly name: string
  readonly status: 'COMPLETED'
  /** Whether `rollback` can undo it: the history is kept, and its rows can be told from others. */
  readonly isUndoable: boolean
}

/** Where rejected rows are, and which they were. */
export interface RejectedRows extends RejectedFiles {
  /**
   * Where a program gave the rows: each that was rejected, in load order and that of the rows. Its
   * `line` is its number among the rows of its model, counted from 1.
   */
  readonly rows?: readonly RowProblem[]
}

/** A reference that became NULL in some rows. */
export interface NulledReference {
  /** Its relation field, or the constraint. */
  readonly reference: string
  readonly rows: number
}

export interface ModelResult {
  readonly model: string
  /** `schema.table`. */
  readonly table: string
  /** Name of the file, the first one where there are several. */
  readonly file: string
  /** Names of all its files, in the order of their rows. */
  readonly files: readonly string[]
  readonly technique: Technique
  readonly strategy: Strategy
  readonly read: number
  readonly loaded: number
  /** Rows that were there and are changed. */
  readonly updated: number
  /** Rows that are there already and were left alone. */
  readonly skipped: number
  /** How many of `skipped` are so because an update would have changed nothing. */
  readonly unchanged: number
  /** Rows that could not be loaded, and those that refer to them. */
  readonly rejected: number
  /**
   * The references whose rows were not in the files and that became NULL, as `missingReference` has it.
   * Rows count that were there and were left alone.
   */
  readonly nulledReferences: readonly NulledReference[]
  /** Lowest and highest new id as decimal text; null when there are none, or keys are no range of ids. */
  readonly keys: { readonly from: string; readonly to: string } | null
  /** Of all files together, as they are on disk. */
  readonly bytes: number
  readonly seconds: number
}
