import type { CsvChunks } from '../csv/csv-chunks.js'
import type { CsvDialect } from '../csv/csv-dialect.js'
import type { CsvScanner } from '../csv/csv-scanner.js'
import { scanRows } from '../csv/scan-rows.js'
import { openSourceFile } from './open-source-file.js'
import { emptyFile } from './source-error.js'
import type { SourceFile } from './source-file.js'

/** The beginning of a CSV file. */
export interface CsvHead {
  /** The header cells; none where no line holds them. */
  readonly headers: readonly string[]
  /** Data rows of the whole file, guessed from the length of the first ones. */
  readonly estimatedRows: number
  /** How the lines end that were read. */
  readonly lineEnd: LineEnd
}

export type LineEnd = 'lf' | 'crlf' | 'mixed'

/** Files up to this size are read to their end: their rows are counted, and known to be well-formed. */
const SAMPLE_BYTES = 256 * 1024

/**
 * Reads the header of a file and guesses its rows.
 *
 * @param passesMisfits Whether rows of another width than the header are passed over.
 * @throws {GyroError} `SOURCE.EMPTY_FILE`, `SOURCE.UNREADABLE_FILE`, `SOURCE.BAD_ARCHIVE`; `CSV.*`
 * where the first bytes are malformed.
 */
export async function readHead(
  file: SourceFile,
  dialect: CsvDialect,
  passesMisfits = false,
): Promise<CsvHead> {
  const isHeadless = dialect.headlessWidth !== null
  const lineEnds = new Set<'lf' | 'crlf' | null>()
  let headers: readonly string[] = []
  let rows = 0
  let estimatedRows = 0
  const chunks = openSourceFile(file)
  const scanned = { dialect, file: file.path, ...(passesMisfits ? { onMisfit: () => {} } : {}) }
  await scanRows(chunks, scanned, (scanner) => {
    if (scanner.firstRow > 0) {
      headers = Array.from({ length: scanner.width }, (_, field) => scanner.textOf(0, field))
    }
    for (let row = 0; row < scanner.rows; row++) {
      lineEnds.add(scanner.lineEndOf(row))
    }
    rows += scanner.rows
    const share = file.bytes / positionOf(scanner, chunks)
    // The header counts as a row of its own size in the sample, and as none in the result.
    estimatedRows = Math.max(rows, Math.round(share * rows)) - (isHeadless ? 0 : 1)
    return rows < 2 || scanner.bytesRead < SAMPLE_BYTES
  })
  if (headers.length === 0 && !isHeadless) {
    throw emptyFile(file.path)
  }
  const hasCrlf = lineEnds.has('crlf')
  const lineEnd = hasCrlf ? (lineEnds.has('lf') ? 'mixed' : 'crlf') : 'lf'
  return { headers, estimatedRows, lineEnd }
}

/** Bytes of the file up to the end of the batch; only about right in an archive. */
function positionOf({ offset, bytesRead }: CsvScanner, chunks: CsvChunks): number {
  return (chunks.bytesRead * offset) / bytesRead
}
