// Hot code: speed beats shape here, as in the rest of the byte path.
import type { CsvDialect } from '../csv/csv-dialect.js'
import { type CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { parseIntegerField } from '../csv/integer-field.js'
import { isNullField } from '../csv/is-null-field.js'
import { type KeySpelling, normalizeKey } from '../keys/key-spelling.js'

/** A column of a tuple. */
export interface TupleColumn {
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly spelling: KeySpelling
}

/**
 * Reads the values of some columns of a row as one number of 53 bits: equal values give equal numbers,
 * and different ones most likely different numbers.
 */
export class RowTuple {
  readonly columns: readonly TupleColumn[]
  readonly #dialect: CsvDialect
  readonly #nullsEqual: boolean

  /** @param nullsEqual Whether one NULL is like another; else a tuple with a NULL is like no other. */
  constructor(columns: readonly TupleColumn[], dialect: CsvDialect, nullsEqual = false) {
    this.columns = columns
    this.#dialect = dialect
    this.#nullsEqual = nullsEqual
  }

  /** NaN for a row with a NULL, unless NULLs are equal, and for what is no key. */
  hash(scanner: CsvScanner, row: number): number {
    const { bytes, starts, ends, width } = scanner
    const [first] = this.columns
    if (first !== undefined && this.columns.length === 1 && first.spelling === 'integer') {
      const index = row * width + first.index
      const value = parseIntegerField(bytes, starts[index] as number, ends[index] as number)
      // Minus zero is zero.
      if (!Number.isNaN(value) && !isNullField(scanner, index, this.#dialect)) return value + 0
    }
    const text = this.textOf(scanner, row)
    return text === null ? Number.NaN : hashText(text)
  }

  /** All values in one text that no other values give; null where `hash` is NaN. */
  textOf(scanner: CsvScanner, row: number): string | null {
    let text = ''
    for (const { index: column, spelling } of this.columns) {
      const index = row * scanner.width + column
      if (isNullField(scanner, index, this.#dialect)) {
        if (!this.#nullsEqual) return null
        text += 'null,'
        continue
      }
      const value = normalizeKey(spelling, fieldText(scanner, index))
      if (value === null) return null
      text += `${value.length}:${value},`
    }
    return text
  }
}

function fieldText(scanner: CsvScanner, index: number): string {
  const { bytes, starts, ends, kinds } = scanner
  // Without the search for escaped quotes.
  return kinds[index] === FieldKind.QuotedEscaped
    ? scanner.textAt(index)
    : bytes.toString('utf8', starts[index], ends[index])
}

/** cyrb53 by bryc, which is in the public domain. */
function hashText(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 2 ** 32 * (low & 0x1fffff) + (high >>> 0)
}
