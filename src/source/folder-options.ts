import type { InflationLimit } from './source-file.js'

/** How the files of a folder are looked at. */
export interface FolderOptions {
  /** Whether files that match no model are left alone. */
  readonly ignoreUnknown: boolean
  /** Whether links are followed, as far as they stay inside the folder. */
  readonly followSymlinks: boolean
  readonly maxInflated: InflationLimit
}
