import { type CsvOptions, resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvScanner, FieldKind } from '../../src/csv/csv-scanner.js'
import { isGyroError } from '../../src/error/gyro-error.js'
import { chunksOf } from './arbitrary-csv.js'
import {
  type ReferenceCsv,
  type ReferenceDialect,
  type ReferenceField,
  RFC_4180,
} from './reference-csv.js'

/** What `CsvScanner` makes of a file that comes in chunks of these sizes, as the reference tells it. */
export function scanCsv(
  file: Buffer,
  sizes: readonly number[],
  dialect: ReferenceDialect = RFC_4180,
): ReferenceCsv {
  const scanner = scannerOf(dialect)
  const rows: (readonly ReferenceField[])[] = []
  try {
    for (const chunk of chunksOf(file, sizes)) {
      scanner.push(chunk)
      while (scanner.scan()) rows.push(...readBatch(scanner))
    }
    scanner.end()
    while (scanner.scan()) rows.push(...readBatch(scanner))
    return { rows, problem: null }
  } catch (error) {
    if (!isGyroError(error)) throw error
    const { line, column } = error.details.meta ?? {}
    return { rows, problem: { code: error.code, line: Number(line), column: Number(column) } }
  }
}

export function scannerOf(dialect: ReferenceDialect): CsvScanner {
  const { headlessWidth } = dialect
  return new CsvScanner(resolveCsvDialect(optionsOf(dialect), headlessWidth), 'Order.csv')
}

/** The options that say a dialect. Without quotes there is no escape either. */
export function optionsOf({ delimiter, quote, escaper }: ReferenceDialect): CsvOptions {
  return quote === 'none' ? { delimiter, quote } : { delimiter, quote, escape: escaper }
}

/** The rows of the current batch, the header included. */
export function readBatch(scanner: CsvScanner): ReferenceField[][] {
  const fields = Array.from({ length: scanner.width }, (_, field) => field)
  return Array.from({ length: scanner.rows }, (_, row) =>
    fields.map((field) => {
      const kind = scanner.kinds[row * scanner.width + field] ?? 0
      const { line, column } = scanner.positionOf(row, field)
      const quoted = (kind & FieldKind.Quoted) !== 0
      return { text: scanner.textOf(row, field), quoted, line, column }
    }),
  )
}
