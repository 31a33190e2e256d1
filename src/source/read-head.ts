import type { CsvDialect } from '../csv/csv-dialect.js'
import { openCsvFile } from '../csv/open-csv-file.js'
import { scanRows } from '../csv/scan-rows.js'
import type { SourceFile } from './discover-files.js'
import { emptyFile, unreadableFile } from './source-error.js'

/** The beginning of a CSV file. */
export interface CsvHead {
  /** The header cells. */
  readonly headers: readonly string[]
  /** Data rows of the whole file, guessed from the length of the first ones. */
  readonly estimatedRows: number
}

/** Files up to this size are read to their end: their rows are counted, and known to be well-formed. */
const SAMPLE_BYTES = 256 * 1024

/**
 * Reads the header of a file and guesses its rows.
 *
 * @throws {GyroError} `SOURCE.EMPTY_FILE`, `SOURCE.UNREADABLE_FILE`; `CSV.*` where the first bytes
 * are malformed.
 */
export async function readHead(file: SourceFile, dialect: CsvDialect): Promise<CsvHead> {
  let headers: readonly string[] | null = null
  let rows = 0
  let estimatedRows = 0
  await scanRows(openCsvFile(file.path), { dialect, file: file.path }, (scanner) => {
    headers ??= Array.from({ length: scanner.width }, (_, field) => scanner.textOf(0, field))
    rows += scanner.rows
    // The header counts as a row of its own size in the sample, and as none in the result.
    estimatedRows = Math.max(rows, Math.round((file.bytes / scanner.offset) * rows)) - 1
    return rows < 2 || scanner.bytesRead < SAMPLE_BYTES
  }).catch((error: unknown) => {
    // Only a failed call of the operating system names one.
    const { syscall } = error as { readonly syscall?: string }
    throw syscall === undefined ? error : unreadableFile(file.path, error)
  })
  if (headers === null) {
    throw emptyFile(file.path)
  }
  return { headers, estimatedRows }
}
