// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/csv/reference-csv.ts.
import { isUtf8 } from 'node:buffer'
import type { GyroError } from '../error/gyro-error.js'
import type { CsvDialect } from './csv-dialect.js'
import {
  bareCarriageReturn,
  type CsvPosition,
  invalidUtf8,
  nulByte,
  rowTooLong,
  rowWidth,
  strayQuote,
  unterminatedQuote,
  utf16,
} from './csv-error.js'
import type { LineShifts } from './line-shifts.js'

/**
 * What a field is, in `CsvScanner.kinds`. Bit 0: it was quoted. Bit 1: its bytes are not yet the
 * text of COPY, because they hold an escaped quote or something that COPY escapes.
 */
export const FieldKind = { Plain: 0, Quoted: 1, PlainEscaped: 2, QuotedEscaped: 3 } as const

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const BACKSLASH = 0x5c

/**
 * Byte classes of the two inner loops; 0 is "nothing special". `Escape` is what COPY escapes,
 * `QuoteEscape` a dialect's own escape of quotes, which means something inside quotes only.
 */
export const ByteClass = {
  Delimiter: 1,
  Lf: 2,
  Cr: 3,
  Quote: 4,
  Nul: 5,
  Escape: 6,
  QuoteEscape: 7,
} as const

/** No byte at all: where the dialect has no quotes, or no quote is doubled. */
const NO_BYTE = -1

/** A row may not be longer by default: an unclosed quote must not swallow a whole file into memory. */
const MAX_ROW_BYTES = 256 * 2 ** 20

/**
 * Kept free behind the bytes of the file: the line feed that the last row may lack, the sentinel, and
 * two words of four, so that readers of a field may read whole words.
 */
const SPARE_BYTES = 12

/** Fields per batch at most. Large enough to make calls rare, small enough to stay in the cache. */
const MAX_BATCH_FIELDS = 32_768

/** Of UTF-8, and of both kinds of UTF-16, which is refused. */
const BYTE_ORDER_MARKS = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const

/**
 * Cuts the bytes of one CSV file into rows of fields, as strictly as RFC 4180 whatever the dialect: a
 * batch of whole rows at a time, as offsets into `bytes`. No object per row.
 *
 * ```ts
 * scanner.push(chunk) // and scanner.end() after the last one
 * while (scanner.scan()) {
 *   // rows scanner.firstRow … scanner.rows - 1; field f of row r is at index r * scanner.width + f
 * }
 * ```
 *
 * The header is row 0 of the first batch and sets the width, unless the dialect says that there is
 * none. Lines without a byte hold no row, but in a file of one column they are a row with an absent
 * field. A byte order mark is dropped. The last row may lack its line feed, also behind a carriage
 * return.
 */
export class CsvScanner {
  /** Holds the fields of the current batch. Valid until the next `push`. */
  bytes: Buffer = Buffer.alloc(0)
  starts = new Int32Array(0)
  /** Offset after the last byte of each field, quotes excluded. */
  ends = new Int32Array(0)
  kinds = new Uint8Array(0)
  /** Rows in the current batch, the header included. */
  rows = 0
  /** 1 when row 0 of the batch is the header, else 0. */
  firstRow = 0
  /** Fields per row; 0 until the header was read. */
  width = 0
  /** Bytes taken in so far. */
  bytesRead = 0
  /** The byte that makes the next one literal inside quotes; -1 without quotes. */
  escaper = NO_BYTE

  readonly #file: string
  readonly #dialect: CsvDialect
  /** The byte that a quote stands in front of when it does not close the field. */
  #doubled = NO_BYTE
  readonly #maxRowBytes: number
  readonly #shifts: LineShifts | undefined
  /** Classes of bytes outside and inside quotes. */
  readonly outside = new Uint8Array(256)
  readonly inside = new Uint8Array(256)
  /** The bytes not yet cut are at [from, end) of `bytes`; `bytes[end]` is a line feed: a sentinel. */
  #from = 0
  #end = 0
  /** Bytes of the file before `bytes[0]`. */
  #before = 0
  #batchFrom = 0
  /** Line number at `#from` and at `#batchFrom`. */
  #line = 1
  #batchLine = 1
  /** Rows that were cut before `#from` and before `#batchFrom`. */
  #rowsCut = 0
  #batchRow = 0
  #ended = false
  /** Whether the sentinel stands for the line feed that the last row lacks. */
  #isCompleted = false
  /** No row ended in the bytes seen so far: look again only when there are twice as many. */
  #rescanAt = 0
  /** The row of another width that stopped the last `scan`, and the line behind it. */
  #misfit: Misfit | null = null

  constructor(dialect: CsvDialect, file: string, options: ScannerOptions = {}) {
    const { delimiter, quote, escaper, headlessWidth } = dialect
    this.#file = file
    this.#dialect = dialect
    this.#maxRowBytes = options.maxRowBytes ?? MAX_ROW_BYTES
    this.#shifts = options.shifts
    this.width = headlessWidth ?? 0
    this.escaper = escaper ?? NO_BYTE
    this.#doubled = quote !== null && quote === escaper ? quote : NO_BYTE
    for (const classes of [this.outside, this.inside]) {
      classes[LF] = ByteClass.Lf
      classes[CR] = ByteClass.Cr
      classes[TAB] = ByteClass.Escape
      classes[BACKSLASH] = ByteClass.Escape
      classes[0] = ByteClass.Nul
    }
    if (quote !== null && escaper !== null) {
      this.inside[escaper] = ByteClass.QuoteEscape
      this.inside[quote] = ByteClass.Quote
      this.outside[quote] = ByteClass.Quote
    }
    this.outside[delimiter] = ByteClass.Delimiter
  }

  /** Adds bytes of the file. They are copied: the chunk may be reused. */
  push(chunk: Uint8Array): void {
    const pending = this.#end - this.#from
    const size = pending + chunk.length
    if (pending > this.#maxRowBytes) {
      throw rowTooLong(this.#positionAt(this.#from, this.#from, this.#line), this.#maxRowBytes)
    }
    if (size + SPARE_BYTES > this.bytes.length) {
      const length = Math.max(size + SPARE_BYTES, 2 * this.bytes.length)
      const grown = Buffer.allocUnsafeSlow(length)
      this.bytes.copy(grown, 0, this.#from, this.#end)
      this.bytes = grown
      this.#makeRoomForFields()
    } else {
      this.bytes.copyWithin(0, this.#from, this.#end)
    }
    this.bytes.set(chunk, pending)
    this.bytes[size] = LF
    this.#before += this.#from
    this.#from = 0
    this.#end = size
    this.bytesRead += chunk.length
  }

  /** Says that the file is complete: what is left is its last row. */
  end(): void {
    this.#ended = true
    this.#rescanAt = 0
    // The sentinel becomes the line feed that the last row lacks.
    if (this.#end > this.#from && this.bytes[this.#end - 1] !== LF) {
      this.#end++
      this.bytes[this.#end] = LF
      this.#isCompleted = true
    }
  }

  /**
   * Cuts the next batch; false when the bytes so far hold no further whole row.
   *
   * @param maxRows Of the batch; the header is one.
   * @throws {GyroError} `CSV.*` with file, line and column.
   */
  scan(maxRows = MAX_BATCH_FIELDS): boolean {
    if (this.#end - this.#from < this.#rescanAt) {
      return false
    }
    if (this.#before + this.#from === 0 && !this.#skipByteOrderMark()) {
      return false
    }
    const isHeader = this.width === 0
    this.#batchFrom = this.#from
    this.#batchLine = this.#line
    this.#batchRow = this.#rowsCut
    this.rows = 0
    try {
      this.#cut(maxRows)
    } finally {
      this.#rowsCut += this.rows
      this.firstRow = isHeader && this.rows > 0 ? 1 : 0
      // What is wrong in a row is told after what is wrong in the rows before it.
      this.#expectUtf8()
    }
    if (this.rows === 0) {
      this.#rescanAt = Math.min(2 * (this.#end - this.#from), this.#maxRowBytes)
      return false
    }
    this.#rescanAt = 0
    return true
  }

  /** Where the bytes that are not yet cut begin and end in `bytes`; `bytes[uncutEnd]` is a line feed. */
  get uncutFrom(): number {
    return this.#from
  }

  get uncutEnd(): number {
    return this.#end
  }

  /**
   * Goes on behind rows that someone else has cut: whole and faultless ones, from `uncutFrom` to the
   * offset `to`, with so many line breaks in their fields. Only their UTF-8 is checked here.
   *
   * @throws {GyroError} `CSV.INVALID_UTF8` with file, line and column.
   */
  skip(to: number, rows: number, lineBreaks: number): void {
    this.#batchFrom = this.#from
    this.#batchLine = this.#line
    this.#from = to
    this.#expectUtf8()
    this.#line += rows + lineBreaks
    this.#rowsCut += rows
  }

  /**
   * Goes on behind the row of another width that `scan` has thrown `CSV.ROW_WIDTH` for; null where it
   * has thrown something else. The rows before it are the current batch still.
   */
  passMisfit(): MisfitRow | null {
    const misfit = this.#misfit
    if (misfit === null) return null
    const { from, to, line, fields } = misfit
    this.#misfit = null
    this.#from = to
    this.#line = line
    const lineEnd = this.bytes[to - 2] === CR ? 'crlf' : 'lf'
    return { range: this.#rangeOf(from, to), fields, lineEnd }
  }

  /** The bytes of the file that a row of the current batch takes, its line end included. */
  rangeOf(row: number): ByteRange {
    const first = row * this.width
    const { byteOffset, length } = this.bytesOf([first, first + this.width])
    const from = byteOffset - this.bytes.byteOffset
    const end = from + length
    return this.#rangeOf(from, end + (this.bytes[end] === CR ? 2 : 1))
  }

  #rangeOf(from: number, to: number): ByteRange {
    // The line feed that the last row lacks is no byte of the file.
    return { from: this.#before + from, to: Math.min(this.#before + to, this.bytesRead) }
  }

  /**
   * The bytes from the first of some fields of a row to the last, given by the index of the first in
   * `starts` and the one behind the last: with their quotes, and delimiters between them.
   */
  bytesOf([from, to]: readonly [number, number]): Buffer {
    const isQuoted = (index: number) => (this.kinds[index] as number) & FieldKind.Quoted
    const last = to - 1
    return this.bytes.subarray(
      (this.starts[from] as number) - isQuoted(from),
      (this.ends[last] as number) + isQuoted(last),
    )
  }

  /**
   * Where a field ends, in what is not yet cut, of which everything before `from` was looked at: at
   * its delimiter, its line end or its closing quote. -1 when it is malformed or goes on beyond that.
   */
  endOfEscaped(from: number, isQuoted: boolean): number {
    const { bytes } = this
    const end = this.#end
    const classes = isQuoted ? this.inside : this.outside
    for (let i = from; ; i++) {
      // The sentinel ends it in time.
      while (classes[bytes[i] as number] === 0) i++
      if (i >= end) return -1
      const byteClass = classes[bytes[i] as number] as number
      if (!isQuoted) {
        if (byteClass <= ByteClass.Cr) return i
        if (byteClass !== ByteClass.Escape) return -1
      } else if (byteClass === ByteClass.Quote) {
        if (bytes[i + 1] !== this.#doubled) return i
        i++
      } else if (byteClass === ByteClass.QuoteEscape && this.#isEscapable(bytes[i + 1])) {
        i++
      } else if (byteClass === ByteClass.Nul) {
        return -1
      }
    }
  }

  /** Bytes of the file up to the end of the current batch. */
  get offset(): number {
    // The line feed that the last row lacks is no byte of the file.
    return Math.min(this.#before + this.#from, this.bytesRead)
  }

  /** The value of a field of the current batch, quotes undone. For headers and slow paths. */
  textOf(row: number, field: number): string {
    return this.textAt(row * this.width + field)
  }

  /** The same for the field at an index of `starts`. */
  textAt(index: number): string {
    const text = this.bytes.toString('utf8', this.starts[index], this.ends[index])
    const { quote } = this.#dialect
    if (this.kinds[index] !== FieldKind.QuotedEscaped || quote === null) {
      return text
    }
    const [mark, escaper] = [quote, this.escaper].map(writeBytePattern)
    return text.replaceAll(new RegExp(`${escaper}(${mark}|${escaper})`, 'g'), '$1')
  }

  /** How a row of the current batch ends; null where the last row of the file does not. */
  lineEndOf(row: number): 'lf' | 'crlf' | null {
    const last = (row + 1) * this.width - 1
    const isQuoted = ((this.kinds[last] as number) & FieldKind.Quoted) !== 0
    const at = (this.ends[last] as number) + (isQuoted ? 1 : 0)
    const isCrlf = this.bytes[at] === CR
    const isLacking = this.#isCompleted && at + (isCrlf ? 2 : 1) === this.#end
    return isLacking ? null : isCrlf ? 'crlf' : 'lf'
  }

  /** Where a field of the current batch begins in the file. */
  positionOf(row: number, field: number): CsvPosition {
    if (this.#dialect.countsRows) {
      const line = this.#batchRow + row + 1
      return { file: this.#file, line, column: field + 1, isRow: true }
    }
    const index = row * this.width + field
    const start = this.starts[index] as number
    const quoted = (this.kinds[index] as number) & FieldKind.Quoted
    return this.#positionAt(start - quoted, this.#batchFrom, this.#batchLine)
  }

  /** As many as the bytes can hold: a small file takes little memory. */
  #makeRoomForFields(): void {
    const fields = Math.min(MAX_BATCH_FIELDS, this.bytes.length)
    if (fields > this.starts.length) {
      this.starts = new Int32Array(fields)
      this.ends = new Int32Array(fields)
      this.kinds = new Uint8Array(fields)
    }
  }

  /** False when there are too few bytes to tell. */
  #skipByteOrderMark(): boolean {
    const mark = BYTE_ORDER_MARKS.find(([first]) => this.#end > 0 && this.bytes[0] === first)
    if (mark === undefined) {
      return true
    }
    if (this.#end < mark.length && !this.#ended) {
      return false
    }
    if (mark.every((byte, index) => this.bytes[index] === byte)) {
      if (mark.length < 3) throw utf16(this.#positionAt(0, 0, 1))
      this.#from = mark.length
    }
    return true
  }

  /** Cuts rows from `#from` on until the bytes or the room for fields end; a torn row is left. */
  #cut(maxRows: number): void {
    const { bytes, starts, ends, kinds } = this
    const outside = this.outside
    const inside = this.inside
    const doubled = this.#doubled
    const end = this.#end
    const ended = this.#ended
    let width = this.width
    let i = this.#from
    let field = 0
    let rows = 0
    let line = this.#line

    row: while (i < end && rows < maxRows) {
      const rowStart = i
      const rowField = field
      const rowLine = line
      // A line without a byte: see the class comment.
      if (width !== 1) {
        const breakAt = bytes[i] === CR ? i + 1 : i
        if (bytes[breakAt] === LF) {
          if (breakAt >= end) break
          i = breakAt + 1
          line++
          this.#from = i
          this.#line = line
          continue
        }
      }
      for (;;) {
        if (field === MAX_BATCH_FIELDS) {
          if (rows > 0) break row
          throw this.#rowWidth(this.#positionAt(rowStart, this.#from, this.#line), field)
        }
        let start = i
        let kind = 0
        let byteClass = outside[bytes[i] as number] as number
        if (byteClass === ByteClass.Quote) {
          start = ++i
          kind = FieldKind.Quoted
          for (;;) {
            byteClass = inside[bytes[i] as number] as number
            if (byteClass === 0) {
              i++
              continue
            }
            if (i >= end) {
              if (!ended) break row
              throw unterminatedQuote(this.#positionAt(start - 1, this.#from, this.#line))
            }
            if (byteClass === ByteClass.Quote) {
              if (bytes[i + 1] !== doubled) break
              kind = FieldKind.QuotedEscaped
              i += 2
              continue
            }
            if (byteClass === ByteClass.Nul) {
              throw nulByte(this.#positionAt(i, this.#from, this.#line))
            }
            if (byteClass === ByteClass.Lf) {
              line++
            } else if (byteClass === ByteClass.QuoteEscape && this.#isEscapable(bytes[i + 1])) {
              i++
            }
            kind = FieldKind.QuotedEscaped
            i++
          }
          starts[field] = start
          ends[field] = i
          kinds[field] = kind
          field++
          i++
          // A quote as the last byte here may close the field or be doubled by the next chunk.
          if (i >= end && !ended) break row
          byteClass = outside[bytes[i] as number] as number
          if (byteClass === 0 || byteClass > ByteClass.Cr) {
            throw strayQuote(this.#positionAt(i, this.#from, this.#line))
          }
        } else {
          for (;;) {
            // Two bytes a turn; the sentinel ends it in time.
            while (byteClass === 0) {
              byteClass = outside[bytes[++i] as number] as number
              if (byteClass !== 0) break
              byteClass = outside[bytes[++i] as number] as number
            }
            if (byteClass !== ByteClass.Escape) break
            kind = FieldKind.PlainEscaped
            byteClass = outside[bytes[++i] as number] as number
          }
          if (byteClass > ByteClass.Cr) {
            const at = this.#positionAt(i, this.#from, this.#line)
            throw byteClass === ByteClass.Quote ? strayQuote(at) : nulByte(at)
          }
          starts[field] = start
          ends[field] = i
          kinds[field] = kind
          field++
        }
        if (byteClass === ByteClass.Delimiter) {
          i++
          continue
        }
        if (byteClass === ByteClass.Cr) {
          i++
          if (i >= end && !ended) break row
          if (bytes[i] !== LF) {
            throw bareCarriageReturn(this.#positionAt(i - 1, this.#from, this.#line))
          }
        }
        // The line feed at `end` is the sentinel: the row goes on in the next chunk.
        if (i >= end) break row
        i++
        line++
        break
      }
      if (width === 0) {
        width = field
        this.width = width
      } else if (field - rowField !== width) {
        const at = this.#positionAt(rowStart, rowStart, rowLine)
        this.#misfit = { from: rowStart, to: i, line, fields: [rowField, field] }
        throw this.#rowWidth(at, field - rowField)
      }
      rows++
      this.rows = rows
      this.#from = i
      this.#line = line
    }
  }

  /** Whether an escape in front of this byte is one: in front of others it stands for itself. */
  #isEscapable(byte: number | undefined): boolean {
    return byte === this.#dialect.quote || byte === this.escaper
  }

  #rowWidth(at: CsvPosition, actual: number): GyroError {
    const isHeadless = this.#dialect.headlessWidth !== null
    return rowWidth(at, { expected: this.width, actual, isHeadless })
  }

  /** Checks the rows of the batch. */
  #expectUtf8(): void {
    if (!isUtf8(this.bytes.subarray(this.#batchFrom, this.#from))) {
      const offset = findInvalidUtf8(this.bytes, this.#batchFrom, this.#from)
      throw invalidUtf8(this.#positionAt(offset, this.#batchFrom, this.#batchLine))
    }
  }

  /** The place of an offset, counted from another whose line number is known and begins there. */
  #positionAt(offset: number, from: number, line: number): CsvPosition {
    let lineStart = from
    let lineNumber = line
    for (
      let next = this.bytes.indexOf(LF, lineStart);
      next !== -1 && next < offset;
      next = this.bytes.indexOf(LF, lineStart)
    ) {
      lineStart = next + 1
      lineNumber++
    }
    const before = this.bytes.toString('utf8', lineStart, offset)
    const original = this.#shifts?.originalOf(lineNumber) ?? lineNumber
    return { file: this.#file, line: original, column: [...before].length + 1 }
  }
}

/** What a scanner may be told beside the dialect. */
export interface ScannerOptions {
  /** Default: a size that PostgreSQL could not take. */
  readonly maxRowBytes?: number
  /** Where lines stand in the original of the file. Default: where they are. */
  readonly shifts?: LineShifts | undefined
}

/** A row of another width than the header. */
export interface MisfitRow {
  readonly range: ByteRange
  /** Its fields: the first index of `starts`, and the one behind its last. */
  readonly fields: readonly [number, number]
  readonly lineEnd: 'lf' | 'crlf'
}

/** Offsets in a file: from the first byte to the one behind the last. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

interface Misfit {
  readonly from: number
  readonly to: number
  readonly line: number
  readonly fields: MisfitRow['fields']
}

/** A byte of ASCII for a regular expression, whatever it means there. */
function writeBytePattern(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

/** Offset of the first byte that begins no UTF-8 character, by halving. */
function findInvalidUtf8(bytes: Buffer, from: number, end: number): number {
  let valid = from
  let invalid = end
  while (valid < invalid) {
    const middle = Math.ceil((valid + invalid) / 2)
    if (decodes(bytes.subarray(from, middle))) {
      valid = middle
    } else {
      invalid = middle - 1
    }
  }
  // The prefix may end inside the character that is not one: step back to its first byte.
  while (!isUtf8(bytes.subarray(from, valid))) {
    valid--
  }
  return valid
}

/** Whether bytes are UTF-8, a last character that is cut off included. */
function decodes(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
