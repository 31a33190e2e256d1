import { isGyroError } from '../error/gyro-error.js'
import type { CsvDialect } from './csv-dialect.js'
import { CsvScanner, type MisfitRow } from './csv-scanner.js'
import type { LineShifts } from './line-shifts.js'

/** What is read, and how. */
export interface ScannedSource {
  readonly dialect: CsvDialect
  readonly file: string
  /** Where its lines stand in the original. Default: where they are. */
  readonly shifts?: LineShifts | undefined
  /**
   * Called, after the rows before it were handed out, with a row of another width than the header, and
   * with what is wrong with it; the scanner still holds its fields.
   * @default such a row ends the reading with its error
   */
  readonly onMisfit?: (scanner: CsvScanner, misfit: MisfitRow, error: Error) => void
}

/**
 * Hands every batch of rows of a file to `onBatch`, in order; see `CsvScanner` for what it holds.
 * It answers whether to go on reading.
 *
 * @throws {GyroError} `CSV.*` with file, line and column.
 */
export async function scanRows(
  chunks: AsyncIterable<Uint8Array>,
  source: ScannedSource,
  onBatch: (scanner: CsvScanner) => boolean,
): Promise<void> {
  const scanner = new CsvScanner(source.dialect, source.file, { shifts: source.shifts })
  for await (const chunk of chunks) {
    scanner.push(chunk)
    if (!takeBatches(scanner, source, onBatch)) return
  }
  scanner.end()
  takeBatches(scanner, source, onBatch)
}

/** All that the bytes so far hold; false when nobody wants more. */
function takeBatches(
  scanner: CsvScanner,
  { onMisfit }: ScannedSource,
  onBatch: (scanner: CsvScanner) => boolean,
): boolean {
  for (;;) {
    try {
      if (!scanner.scan()) return true
    } catch (error) {
      const isMisfit = isGyroError(error) && error.code === 'CSV.ROW_WIDTH'
      const misfit = onMisfit && isMisfit ? scanner.passMisfit() : null
      if (misfit === null) throw error
      if (scanner.rows > 0 && !onBatch(scanner)) return false
      onMisfit?.(scanner, misfit, error as Error)
      continue
    }
    if (!onBatch(scanner)) return false
  }
}
