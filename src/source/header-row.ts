import type { ManifestModel } from '../manifest/manifest.js'

/** The header cells of a file and whose they are. */
export interface HeaderRow {
  /** Path of the file. */
  readonly file: string
  readonly headers: readonly string[]
  readonly model: ManifestModel
  /** What stands between its fields. */
  readonly delimiter: string
  /** Whether the cells come from an option, because no line of the file holds them. */
  readonly isHeadless: boolean
}
