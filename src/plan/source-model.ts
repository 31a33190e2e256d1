import type { ManifestModel } from '../manifest/manifest.js'
import type { TableName } from '../postgres/identifier.js'
import type { SourceFile } from '../source/discover-files.js'
import type { MatchedColumn } from '../source/match-headers.js'
import type { Strategy } from './import-plan.js'

/** A model, its file and what the header of the file names. */
export interface SourceModel {
  readonly model: ManifestModel
  readonly file: SourceFile
  readonly table: TableName
  readonly strategy: Strategy
  readonly headers: readonly string[]
  /** The columns whose headers are known, in file order. */
  readonly columns: readonly MatchedColumn[]
  readonly estimatedRows: number
}

/** The columns of the file that are loaded: `@gyro.skip` leaves others out. */
export function loadedColumns({ columns }: SourceModel): readonly MatchedColumn[] {
  return columns.filter(({ column }) => !column.isSkipped)
}
