import type { CsvDialect } from '../csv/csv-dialect.js'
import type { LineEnd } from './read-head.js'

/** How the files of a model are written, and what was found out about that. */
export interface FileDialect extends CsvDialect {
  readonly lineEnd: LineEnd
  /** Whether the delimiter was found out rather than known. */
  readonly isDetected: boolean
}
