// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/csv/reference-csv.ts.
import type { CsvDialect } from '../csv/csv-dialect.js'
import { ByteClass, type CsvScanner } from '../csv/csv-scanner.js'
import { parseIntegerField } from '../csv/integer-field.js'
import { viewOf } from './copy-output.js'
import type { IntegerKeySet } from './integer-key-set.js'

/** The most rows of a turn: V8 begins to use what it has compiled when a turn begins. */
const MAX_ROWS = 1024

/** Digits that are below 2^31 whatever they are. */
const SMALL_DIGITS = 9

/** What no byte is equal to. */
const NO_BYTE = -1

const LF = 0x0a
const CR = 0x0d
const ZERO = 0x30
/** The same byte four times, when multiplied with it. */
const FOUR_TIMES = 0x01010101
const FOUR_LFS = LF * FOUR_TIMES
const FOUR_HIGH_BITS = 0x80808080 | 0

/**
 * The fast way to the keys of a file: reads the key of a row, then only looks for where it ends. The
 * width of rows and what stands in other fields is not checked, as `CsvRemapper` reads every row again
 * before COMMIT. It stops in front of a row whose key or whose end is out of the ordinary, and never
 * says why: `CsvScanner` is right for every row.
 */
export class PlainKeys {
  readonly #scanner: CsvScanner
  readonly #keys: IntegerKeySet
  readonly #dialect: CsvDialect
  readonly #column: number
  readonly #isTellable: boolean
  /** Line feeds in fields of this row. */
  #lineBreaks = 0

  /** @param source `column` is that of the key, counted from 0. */
  constructor(
    scanner: CsvScanner,
    keys: IntegerKeySet,
    { dialect, column }: { readonly dialect: CsvDialect; readonly column: number },
  ) {
    this.#scanner = scanner
    this.#keys = keys
    this.#dialect = dialect
    this.#column = column
    this.#isTellable = isTellable(dialect)
  }

  /** Adds the keys of rows that the scanner has not cut yet; gives the number of rows. */
  take(): number {
    if (!this.#isTellable) return 0
    let rows = 0
    for (;;) {
      const more = this.#takeTurn()
      if (more === 0) return rows
      rows += more
    }
  }

  #takeTurn(): number {
    const scanner = this.#scanner
    const { delimiter } = this.#dialect
    const { bytes, uncutEnd: end } = scanner
    const quote = this.#dialect.quote ?? NO_BYTE
    // The bits that a line feed and a quote share, four times.
    const fourShared = ~(((this.#dialect.quote ?? LF) ^ LF) * FOUR_TIMES)
    const column = this.#column
    const view = viewOf(bytes)
    let i = scanner.uncutFrom
    let rowStart = i
    let rows = 0
    let lineBreaks = 0
    // The keys read last, each the one before it and one more.
    let from = 0
    let to = -1

    row: while (rows < MAX_ROWS) {
      this.#lineBreaks = 0
      for (let before = column; before > 0; before--) {
        i = this.#endOfField(i)
        if (bytes[i] !== delimiter) break row
        i++
      }
      const isQuoted = bytes[i] === quote
      if (isQuoted) i++
      const start = i
      let key = 0
      let digit = (bytes[i] as number) ^ ZERO
      while (digit <= 9) {
        key = Math.imul(key, 10) + digit
        digit = (bytes[++i] as number) ^ ZERO
      }
      if (i === start) break
      if (i - start > SMALL_DIGITS) {
        key = parseIntegerField(bytes, start, i)
        if (Number.isNaN(key)) break
      }
      if (isQuoted && bytes[i++] !== quote) break
      if (bytes[i] !== delimiter && bytes[i] !== LF && bytes[i] !== CR) break
      for (;;) {
        // Four bytes at once, until one may be a line feed or a quote: it is zero in those bits then.
        let shared = (view.getInt32(i, true) ^ FOUR_LFS) & fourShared
        while (((shared - FOUR_TIMES) & ~shared & FOUR_HIGH_BITS) === 0) {
          i += 4
          shared = (view.getInt32(i, true) ^ FOUR_LFS) & fourShared
        }
        while (bytes[i] !== LF && bytes[i] !== quote) i++
        if (bytes[i] === LF) break
        if (bytes[i - 1] !== delimiter) break row
        i = this.#endOfQuoted(i)
        if (bytes[i] !== delimiter && bytes[i] !== LF && bytes[i] !== CR) break row
      }
      // The line feed at `end` is the sentinel: the row goes on in the next chunk.
      if (i >= end) break
      i++
      if (key !== to + 1) {
        if (to >= from) this.#keys.addRun(from, to)
        from = key
      }
      to = key
      rowStart = i
      lineBreaks += this.#lineBreaks
      rows++
    }
    if (to >= from) this.#keys.addRun(from, to)
    scanner.skip(rowStart, rows, lineBreaks)
    return rows
  }

  // What is seldom needed has functions of its own: V8 inlines only so much into one.

  /** Where the field at `from` ends, if it is well-formed. */
  #endOfField(from: number): number {
    const { bytes, outside } = this.#scanner
    if (outside[bytes[from] as number] === ByteClass.Quote) {
      return this.#endOfQuoted(from)
    }
    let i = from
    for (;;) {
      while (outside[bytes[i] as number] === 0) i++
      if (outside[bytes[i] as number] !== ByteClass.Escape) return i
      i++
    }
  }

  /** The offset behind the closing quote; that of the sentinel when there is none so far. */
  #endOfQuoted(from: number): number {
    const { bytes, uncutEnd } = this.#scanner
    const end = this.#scanner.endOfEscaped(from + 1, true)
    for (let i = from + 1; i < end; i++) {
      if (bytes[i] === LF) this.#lineBreaks++
    }
    return end === -1 ? uncutEnd : end + 1
  }
}

/** Whether digits are a key and nothing else. */
function isTellable({ delimiter, quote, escaper, nullText }: CsvDialect): boolean {
  const marks = [delimiter, quote, escaper].map((byte) => String.fromCharCode(byte ?? 0))
  return !/\d/.test(marks.join('')) && !/^\d+$/.test(nullText.toString('latin1'))
}
