// Hot code: each field of each row passes. The plain reference that it is compared with lives in
// test/mask/masked-bytes.test.ts.
import { resolveCsvDialect } from '../csv/csv-dialect.js'
import { CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { isNullField } from '../csv/is-null-field.js'
import { buildFieldWriter } from '../csv/write-field.js'

/** What becomes of a value; null is NULL. */
export type ValueMask = (value: string | null) => string | null

/** A column that is masked. */
export interface MaskedPosition {
  /** Of the column in a row, from 0. */
  readonly index: number
  readonly mask: ValueMask
}

/** Room for the batch that is written, in bytes, as a part of those that are read. */
const GROWTH = 1.25

/**
 * Masks columns in rows of CSV as COPY writes them: without a header, a comma between fields, NULL as
 * nothing, an empty text as `""`. Everything else stays as it is, byte for byte. Memory does not grow with
 * the rows.
 *
 * @param width Columns of a row.
 * @param positions In the order of the columns.
 */
export async function* maskBytes(
  chunks: AsyncIterable<Uint8Array>,
  { file, width, positions }: MaskedRows,
): AsyncGenerator<Buffer> {
  const scanner = new CsvScanner(resolveCsvDialect({}, width), file)
  // A mark of the byte order is one at the begin of a file only; here it would be a part of a value.
  scanner.push(Buffer.from('\n'))
  scanner.scan()
  for await (const chunk of chunks) {
    scanner.push(chunk)
    yield* maskBatches(scanner, positions)
  }
  scanner.end()
  yield* maskBatches(scanner, positions)
}

/** Where rows come from, and what is masked in them. */
export interface MaskedRows {
  /** For errors. */
  readonly file: string
  readonly width: number
  readonly positions: readonly MaskedPosition[]
}

function* maskBatches(
  scanner: CsvScanner,
  positions: readonly MaskedPosition[],
): Generator<Buffer> {
  for (;;) {
    const from = scanner.uncutFrom
    if (!scanner.scan()) return
    yield maskBatch(scanner, { from, to: scanner.uncutFrom }, positions)
  }
}

const DIALECT = resolveCsvDialect({}, 1)
const writeField = buildFieldWriter(DIALECT)

function maskBatch(
  scanner: CsvScanner,
  { from, to }: { readonly from: number; readonly to: number },
  positions: readonly MaskedPosition[],
): Buffer {
  const { bytes, starts, ends, kinds, rows, width } = scanner
  let output = Buffer.allocUnsafe(Math.ceil((to - from) * GROWTH) + 64)
  let length = 0
  let copied = from
  const copy = (end: number, room: number) => {
    const needed = length + end - copied + room
    if (needed > output.length) {
      const grown = Buffer.allocUnsafe(2 * needed)
      output.copy(grown, 0, 0, length)
      output = grown
    }
    length += bytes.copy(output, length, copied, end)
    copied = end
  }
  for (let row = 0; row < rows; row++) {
    for (const { index, mask } of positions) {
      const field = row * width + index
      const quotes = (kinds[field] as number) & FieldKind.Quoted
      const value = isNullField(scanner, field, DIALECT) ? null : readText(scanner, field)
      const text = writeField(mask(value)) as string
      // No character takes more bytes.
      copy((starts[field] as number) - quotes, 3 * text.length)
      length += output.write(text, length)
      copied = (ends[field] as number) + quotes
    }
  }
  copy(to, 0)
  return output.subarray(0, length)
}

function readText({ bytes, starts, ends, kinds }: CsvScanner, field: number): string {
  const text = bytes.toString('utf8', starts[field], ends[field])
  return kinds[field] === FieldKind.QuotedEscaped ? text.replaceAll('""', '"') : text
}

/** Values that are kept, and their lengths: those that come again and again are short. */
const KEPT_VALUES = 10_000
const KEPT_LENGTH = 200

/** A mask that remembers what became of the last values. */
export function rememberMask(
  mask: (value: string) => string | null,
): (value: string) => string | null {
  const known = new Map<string, string | null>()
  return (value) => {
    const found = known.get(value)
    if (found !== undefined) return found
    const made = mask(value)
    if (value.length <= KEPT_LENGTH) {
      if (known.size >= KEPT_VALUES) known.clear()
      known.set(value, made)
    }
    return made
  }
}
