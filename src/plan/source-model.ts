import type { ManifestModel } from '../manifest/manifest.js'
import type { TableName } from '../postgres/identifier.js'
import type { FileDialect } from '../source/file-dialect.js'
import type { MatchedColumn } from '../source/match-headers.js'
import type { ModelFiles } from '../source/source-file.js'
import type { SourceConflict } from './conflict.js'
import type { Strategy } from './import-plan.js'

/** A model, its files and what their header names. */
export interface SourceModel {
  readonly model: ManifestModel
  readonly file: ModelFiles
  readonly dialect: FileDialect
  readonly table: TableName
  readonly strategy: Strategy
  /** How its rows meet those that are there; null where that is an error. */
  readonly conflict: SourceConflict | null
  /** All header cells, in file order. */
  readonly headers: readonly string[]
  /** The columns whose headers are known and not left out, in file order. */
  readonly columns: readonly MatchedColumn[]
  readonly estimatedRows: number
}
