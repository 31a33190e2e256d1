import type { ExportedColumn, ExportedModel } from '../source/export-record.js'

/** What an export would write: the `--json` of `export --dry-run`. */
export interface ExportPlanResult {
  /** The database, without password. */
  readonly target: string
  /** As it was given; null where no folder was named. */
  readonly folder: string | null
  /** In load order. */
  readonly models: readonly PlannedExport[]
  readonly warnings: readonly string[]
}

export interface PlannedExport
  extends Pick<ExportedModel, 'model' | 'table' | 'file' | 'dependsOn' | 'path' | 'pruned'> {
  /** Null where nobody knows. */
  readonly rows: number | null
  /** Whether `rows` was counted; otherwise the statistics of the database say so. */
  readonly isCounted: boolean
  readonly columns: readonly ExportedColumn[]
}

/** What an export has written: its `--json`. */
export interface ExportResult {
  /** The database, without password. */
  readonly target: string
  /** As it was given. */
  readonly folder: string
  readonly seconds: number
  /** ISO 8601, UTC: the files show the database as it was then. */
  readonly snapshotTime: string
  /** In load order. */
  readonly models: readonly ExportedFile[]
  readonly warnings: readonly string[]
}

export interface ExportedFile extends ExportedModel {
  readonly seconds: number
}
