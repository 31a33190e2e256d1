import type { CsvScanner, MisfitRow } from '../csv/csv-scanner.js'
import { scanRows } from '../csv/scan-rows.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { openSourceFile } from '../source/open-source-file.js'
import type { SourceFile } from '../source/source-file.js'

/** The files of a model, and how they are written. */
export type ModelSource = Pick<PreparedModel, 'source' | 'dialect'>

/** The files as they were before a program changed rows of them: the same rows in the same order. */
export function originalOf({ source, dialect }: ModelSource): ModelSource {
  return { source: { ...source, ...source.originals }, dialect }
}

/** Takes the rows of a model, in their order. */
export interface RowVisitor {
  /** Rows of the scanner's batch; the first of them is the row `before`, counted from 0. */
  onRows(scanner: CsvScanner, before: number, part: SourceFile): void
  /** A row of another width than the header, and what is wrong with it. */
  onMisfit(scanner: CsvScanner, misfit: MisfitRow, at: MisfitPlace): void
  /** Called now and then with the bytes and rows of all files so far. */
  onProgress?(bytes: number, rows: number): void
}

interface MisfitPlace {
  /** Counted from 0 through all files of the model. */
  readonly row: number
  readonly part: SourceFile
  readonly error: Error
}

/**
 * Reads all files of a model; rows of another width count as rows.
 *
 * @throws {GyroError} `CSV.*` where it cannot be told where rows end.
 */
export async function visitRows(
  { source, dialect }: ModelSource,
  visitor: RowVisitor,
  signal?: AbortSignal,
): Promise<void> {
  let rows = 0
  let bytes = 0
  for (const part of source.parts) {
    const onMisfit = (scanner: CsvScanner, misfit: MisfitRow, error: Error) => {
      visitor.onMisfit(scanner, misfit, { row: rows, part, error })
      rows++
    }
    const scanned = { dialect, file: part.path, shifts: part.shifts, onMisfit }
    const chunks = openSourceFile(part, signal)
    await scanRows(chunks, scanned, (scanner) => {
      visitor.onRows(scanner, rows, part)
      rows += scanner.rows - scanner.firstRow
      visitor.onProgress?.(bytes + chunks.bytesRead, rows)
      return true
    })
    bytes += chunks.bytesRead
  }
}
