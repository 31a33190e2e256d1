// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/keys/reference-remapper.ts.
import { writeEscaped } from '../csv/copy-text.js'
import type { CsvDialect } from '../csv/csv-dialect.js'
import { ByteClass, type CsvScanner } from '../csv/csv-scanner.js'
import { parseIntegerField } from '../csv/integer-field.js'
import { writeInteger } from '../csv/write-integer.js'
import { endOfTimestamp } from '../values/date-time-bytes.js'
import { endOfDecimal } from '../values/decimal-bytes.js'
import type { ValueRule } from '../values/value-rule.js'
import type { ColumnAction } from './column-action.js'
import { viewOf } from './copy-output.js'
import type { KeyMap } from './key-map.js'
import { Form, PlainColumns } from './plain-columns.js'
import type { RowsInput } from './rows-input.js'

/** The most rows of a turn: V8 begins to use what it has compiled when a turn begins. */
const MAX_ROWS = 256

/** Digits that are below 2^31 whatever they are. */
const SMALL_DIGITS = 9

/** What no byte is equal to. */
const NO_BYTE = -1

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const ZERO = 0x30
const FOUR_ZEROS = 0x30303030
const BACKSLASH = 0x5c
const UPPER_N = 0x4e

/**
 * The fast way for rows in which nothing is out of the ordinary: each field is cut, checked and
 * written in one go. It ends in front of a row that needs more than that, be it that something is wrong
 * or that the row goes on in the next chunk, and never says what: `ScannedRows` is right for every row.
 */
export class PlainRows {
  readonly #input: RowsInput
  readonly #columns: PlainColumns
  /** Whether the rows of the file can be plain. */
  readonly #isEligible: boolean
  /** Bytes at the start of a field that may be other than its first character: 1. */
  readonly #begins = new Uint8Array(256)
  /** By column: the highest value of those that are tracked. */
  readonly #highest: Float64Array
  /** Line feeds in fields of this turn. */
  #lineBreaks = 0

  constructor(input: RowsInput) {
    const { actions, dialect, skipped } = input
    this.#input = input
    this.#columns = new PlainColumns(actions)
    this.#isEligible = skipped === null && isTellable(dialect) && !actions.some(isSlow)
    this.#highest = new Float64Array(actions.length).fill(Number.NEGATIVE_INFINITY)
    for (const byte of [dialect.quote, ...firstBytesOfNull(dialect)]) {
      if (byte !== null) this.#begins[byte] = 1
    }
  }

  /** Takes rows from what the scanner has not cut yet; gives their number. */
  remap(): number {
    if (!this.#isEligible) return 0
    let rows = 0
    for (;;) {
      this.#input.output.flushFull()
      const more = this.#remapTurn()
      if (more === 0) return rows
      rows += more
    }
  }

  /** The highest value of a `track` column so far; null before any. */
  highest(column: number): bigint | null {
    const value = this.#highest[column] as number
    return value === Number.NEGATIVE_INFINITY ? null : BigInt(value)
  }

  #remapTurn(): number {
    const { scanner, output, growth, makers, doublesQuotes } = this.#input
    const { delimiter, quote, nullText } = this.#input.dialect
    const { bytes, outside, inside, width, uncutEnd: end } = scanner
    const { forms, limits, froms, tos, distances } = this.#columns
    const begins = this.#begins
    const input = viewOf(bytes)
    const { bytes: out, view } = output
    let offset = output.offset
    let i = scanner.uncutFrom
    let rowStart = i
    let rows = 0
    let lineBreaks = 0
    this.#lineBreaks = 0

    row: while (rows < MAX_ROWS) {
      // Up to here there is room for the row, though each of its bytes be escaped.
      const fence = i + ((out.length - offset - growth) >> 1)
      if (fence < i) break
      let column = 0
      for (;;) {
        const form = forms[column] as number
        let start = i
        let isQuoted = false
        let isNull = false
        if (begins[bytes[i] as number] !== 0) {
          if (bytes[i] === quote) {
            isQuoted = true
            start = ++i
          } else {
            isNull = isNullAt(scanner, i, nullText)
          }
        }
        if (isNull) {
          if (form === Form.Key) break row
          i += nullText.length
          if (form !== Form.Drop) {
            out[offset] = BACKSLASH
            out[offset + 1] = UPPER_N
            out[offset + 2] = TAB
            offset += 3
          }
        } else if (form <= Form.Reference) {
          let small = 0
          // Four digits at once: what is no digit has a bit outside of 0x0f, at the latest with 6 more.
          const digits = input.getInt32(i, true) ^ FOUR_ZEROS
          if (((digits | (digits + 0x06060606)) & 0xf0f0f0f0) === 0) {
            const pairs = digits * 10 + (digits >>> 8)
            small = (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff)
            i += 4
          }
          let digit = (bytes[i] as number) ^ ZERO
          while (digit <= 9) {
            small = Math.imul(small, 10) + digit
            digit = (bytes[++i] as number) ^ ZERO
          }
          if (i === start) break row
          const key = i - start <= SMALL_DIGITS ? small : parseIntegerField(bytes, start, i)
          let target = key + (distances[column] as number)
          if (!(key >= (froms[column] as number) && key <= (tos[column] as number))) {
            target = this.#targetOf(column, key)
            if (Number.isNaN(target)) break row
          }
          offset = writeInteger(target, view, offset)
          out[offset++] = TAB
          // The commonest case once more, so that it need not pass all that follows.
          if (!isQuoted && bytes[i] === delimiter && column < width - 1) {
            i++
            column++
            continue
          }
        } else {
          let isEscaped = false
          if (form === Form.Decimal) {
            i = endOfDecimal(input, i, limits[column] as number)
          } else if (form === Form.Timestamp) {
            i = endOfTimestamp(input, i)
          } else {
            const classes = isQuoted ? inside : outside
            while (classes[bytes[i] as number] === 0) i++
            const byteClass = classes[bytes[i] as number] as number
            if (
              isQuoted
                ? byteClass !== ByteClass.Quote || bytes[i + 1] === quote
                : byteClass > ByteClass.Cr
            ) {
              i = this.#endOfEscaped(i, isQuoted)
              if (i === -1) break row
              isEscaped = true
            }
            if (form === Form.Limited) {
              if (i - start > (limits[column] as number)) break row
            } else if (form === Form.Asked) {
              if (isEscaped && isQuoted && !doublesQuotes) break row
              if (!this.#accepts(column, start, i)) break row
            } else if (form === Form.Track) {
              // At `end` it may go on in the next chunk: this is no value yet.
              if (i >= end || !this.#track(column, start, i)) break row
            }
          }
          if (i === -1 || i > fence) break row
          if (form !== Form.Drop) {
            if (isEscaped) {
              const escaper = isQuoted ? scanner.escaper : NO_BYTE
              offset = writeEscaped(bytes, { start, end: i, escaper }, out, offset)
            } else {
              // Eight bytes, then four at a time: what is written too far is written over.
              const next = offset + i - start
              view.setInt32(offset, input.getInt32(start, true), true)
              view.setInt32(offset + 4, input.getInt32(start + 4, true), true)
              for (start += 8, offset += 8; start < i; start += 4, offset += 4) {
                view.setInt32(offset, input.getInt32(start, true), true)
              }
              offset = next
            }
            out[offset++] = TAB
          }
        }
        if (isQuoted) {
          if (bytes[i] !== quote) break row
          i++
        }
        column++
        if (column < width) {
          if (bytes[i] !== delimiter) break row
          i++
          continue
        }
        if (bytes[i] !== LF && (bytes[i] !== CR || bytes[++i] !== LF)) break row
        // The line feed at `end` is the sentinel: the row goes on in the next chunk.
        if (i >= end) break row
        i++
        break
      }
      for (const make of makers) {
        const text = make()
        if (offset + text.length + growth > out.length) break row
        offset += out.write(text, offset, 'latin1')
        out[offset++] = TAB
      }
      out[offset - 1] = LF
      output.offset = offset
      rowStart = i
      lineBreaks = this.#lineBreaks
      rows++
    }
    scanner.skip(rowStart, rows, lineBreaks)
    return rows
  }

  // What is seldom needed has functions of its own: V8 inlines only so much into one.

  #targetOf(column: number, key: number): number {
    return (this.#columns.keyMaps[column] as KeyMap).targetOf(key)
  }

  #accepts(column: number, start: number, end: number): boolean {
    const { bytes } = this.#input.scanner
    return (this.#columns.rules[column] as ValueRule).accepts(bytes, start, end)
  }

  /** False when it is no integer, or too large a one. */
  #track(column: number, start: number, end: number): boolean {
    const value = parseIntegerField(this.#input.scanner.bytes, start, end)
    if (value > (this.#highest[column] as number)) {
      this.#highest[column] = value
    }
    return !Number.isNaN(value)
  }

  #endOfEscaped(from: number, isQuoted: boolean): number {
    const { scanner } = this.#input
    const end = scanner.endOfEscaped(from, isQuoted)
    for (let i = from; isQuoted && i < end; i++) {
      if (scanner.bytes[i] === LF) this.#lineBreaks++
    }
    return end
  }
}

/** Keys that are text, or looked up as such, take more time than rows that are plain could save. */
function isSlow({ kind }: ColumnAction): boolean {
  return kind === 'textKey' || kind === 'textReference' || kind === 'guarded'
}

/** Whether no byte of a number or a time can be the end of a field. */
function isTellable({ delimiter, quote, escaper }: CsvDialect): boolean {
  const marks = [delimiter, quote, escaper].map((byte) => String.fromCharCode(byte ?? 0))
  return !/[-+.:TZ \d]/.test(marks.join(''))
}

function firstBytesOfNull({ nullText, delimiter }: CsvDialect): readonly number[] {
  const [first] = nullText
  return first === undefined ? [delimiter, LF, CR] : [first]
}

/** Whether the text of NULL is all of the field at `at`. */
function isNullAt({ bytes, outside }: CsvScanner, at: number, nullText: Buffer): boolean {
  for (let i = 0; i < nullText.length; i++) {
    if (nullText[i] !== bytes[at + i]) return false
  }
  const byteClass = outside[bytes[at + nullText.length] as number] as number
  return byteClass !== 0 && byteClass <= ByteClass.Cr
}
