import type { CsvPosition } from '../csv/csv-error.js'
import type { ByteRange, CsvScanner } from '../csv/csv-scanner.js'
import type { GyroError } from '../error/gyro-error.js'
import type { SourceFile } from '../source/source-file.js'
import { type ModelSource, visitRows } from './model-parts.js'
import type { RowFault, RowFaults } from './row-fault.js'

/** A row that cannot be loaded, where it stands. Valid for as long as it is looked at. */
export interface RejectedRow {
  readonly fault: RowFault
  readonly part: SourceFile
  /** Of the field that is wrong, else of the row. */
  readonly at: CsvPosition
  /** Its bytes in the part, with its line end. */
  readonly range: ByteRange
  /** Holds its bytes. */
  readonly scanner: CsvScanner
  /** Its fields: the first index of the scanner's `starts`, and the one behind its last. */
  readonly fields: readonly [number, number]
  /** Whether it has another width than the header. */
  readonly isMisfit: boolean
  /** How it ends; a line feed where it does not. */
  readonly lineEnd: '\n' | '\r\n'
}

/** Reads the files of a model again for the rows that have a fault, in their order. */
export async function visitRejectedRows(
  model: ModelSource,
  faults: RowFaults,
  visit: (row: RejectedRow) => void,
  signal?: AbortSignal,
): Promise<void> {
  await visitRows(
    model,
    {
      onRows: (scanner, before, part) => {
        for (let row = scanner.firstRow; row < scanner.rows; row++) {
          const fault = faults.get(before + row - scanner.firstRow)
          if (fault === undefined) continue
          const first = row * scanner.width
          visit({
            fault,
            part,
            at: scanner.positionOf(row, fault.column ?? 0),
            range: scanner.rangeOf(row),
            scanner,
            fields: [first, first + scanner.width],
            isMisfit: false,
            lineEnd: scanner.lineEndOf(row) === 'crlf' ? '\r\n' : '\n',
          })
        }
      },
      onMisfit: (scanner, { range, fields, lineEnd: ending }, { row, part, error }) => {
        const { file, line, column } = (error as GyroError).details.meta as unknown as CsvPosition
        const fault = faults.get(row) as RowFault
        const at = { file, line, column }
        const lineEnd = ending === 'crlf' ? '\r\n' : '\n'
        visit({ fault, part, at, range, scanner, fields, isMisfit: true, lineEnd })
      },
    },
    signal,
  )
}
