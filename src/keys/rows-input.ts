import type { CsvDialect } from '../csv/csv-dialect.js'
import type { CsvScanner } from '../csv/csv-scanner.js'
import type { ColumnAction } from './column-action.js'
import type { CopyOutput } from './copy-output.js'
import type { Rows } from './row-set.js'

/** What the two ways to remap rows, the fast one and the one for every row, take from and give to. */
export interface RowsInput {
  readonly scanner: CsvScanner
  readonly output: CopyOutput
  readonly dialect: CsvDialect
  /** By column. */
  readonly actions: readonly ColumnAction[]
  /** Whether rules can read what stands between quotes: only the quote of RFC 4180, doubled. */
  readonly doublesQuotes: boolean
  /** Rows that are left out, counted from 0 through all files of the model; null for none. */
  readonly skipped: Rows | null
  /** Rows of the files before this one, where some are left out. */
  readonly rowsBefore: number
  /** What makes the values behind those of the file, as COPY text, one byte for each character. */
  readonly makers: readonly (() => string)[]
  /** The most bytes that a row takes beyond two for each of its own; made and converted texts excepted. */
  readonly growth: number
  /** Told of each field that becomes NULL as the row that it refers to is missing. */
  readonly onNulled: (column: number, row: number) => void
}
