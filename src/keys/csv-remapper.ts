// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/keys/reference-remapper.ts.
import {
  LOOP_BYTES,
  MAX_INTEGER_BYTES,
  writeField,
  writeInteger,
  writeNull,
  writeText,
} from '../csv/copy-text.js'
import type { CsvDialect } from '../csv/csv-dialect.js'
import { CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { parseBigIntegerField, parseIntegerField } from '../csv/integer-field.js'
import type { FieldPlace } from '../values/field-place.js'
import type { ValueRule } from '../values/value-rule.js'
import { valueRefused } from '../values/values-error.js'
import type { ColumnAction, MadeValue } from './column-action.js'
import type { KeyMap } from './key-map.js'
import { fileChanged, missingReference, notAnInteger, nullKey } from './keys-error.js'

/** Fields are copied in words of four bytes, which may reach this far beyond their end. */
const SLACK_BYTES = 3

/** Size of the chunks that go out. */
const CHUNK_BYTES = 256 * 1024

/** `\N` and the separator after it. */
const NULL_BYTES = 3

const TAB = 0x09
const DOUBLE_QUOTE = 0x22
const LF = 0x0a

/** What a `CsvRemapper` works on. */
export interface RemapperInput {
  readonly model: string
  /** Path for error messages. */
  readonly file: string
  readonly dialect: CsvDialect
  /** The header cells, one for each column of the file. */
  readonly headers: readonly string[]
  /** In file order, one for each column. At least one is no `drop`. */
  readonly actions: readonly ColumnAction[]
  /** Values of columns that follow those of the file. Default: none. */
  readonly made?: readonly MadeValue[]
}

/**
 * Bytes in, bytes out: the chunks of one CSV file become COPY TEXT, with keys and references
 * replaced and values checked on the way. Columns keep the order of the file, those that are made
 * follow; the header is left out.
 */
export class CsvRemapper {
  /** Data rows that went out. */
  rows = 0
  readonly #input: RemapperInput
  readonly #scanner: CsvScanner
  /** By column: what to do, with which keys or by which rule, and the highest value seen. */
  readonly #work: Uint8Array
  readonly #keyMaps: readonly (KeyMap | null)[]
  readonly #rules: readonly (ValueRule | null)[]
  readonly #highest: Float64Array
  /** The same of values that no `number` holds exactly. */
  readonly #highestBig = new Map<number, bigint>()
  /** Whether rules can read what stands between quotes: only the quote of RFC 4180, doubled. */
  readonly #doublesQuotes: boolean
  readonly #makers: readonly (() => string)[]
  /** The most bytes that a row takes beyond two for each of its own; made and converted texts excepted. */
  readonly #growth: number
  #out = Buffer.allocUnsafeSlow(CHUNK_BYTES)

  constructor(input: RemapperInput) {
    this.#input = input
    this.#scanner = new CsvScanner(input.dialect, input.file)
    this.#work = Uint8Array.from(input.actions, ({ kind }) => WORK[kind])
    this.#keyMaps = input.actions.map((action) => ('keys' in action ? action.keys : null))
    this.#rules = input.actions.map((action) => ('rule' in action ? action.rule : null))
    this.#highest = new Float64Array(input.actions.length).fill(Number.NEGATIVE_INFINITY)
    const { quote, escaper } = input.dialect
    this.#doublesQuotes = quote === DOUBLE_QUOTE && escaper === DOUBLE_QUOTE
    this.#makers = (input.made ?? []).map(makerOf)
    this.#growth = input.actions.reduce((sum, action) => sum + growthOf(action), SLACK_BYTES)
  }

  /** Bytes of the file taken in. */
  get bytesRead(): number {
    return this.#scanner.bytesRead
  }

  /**
   * Takes the next bytes of the file, cut anywhere. The chunk may be reused afterwards.
   *
   * @throws {GyroError} `CSV.*` and `KEYS.*` with file, line and column.
   */
  push(chunk: Uint8Array): Buffer[] {
    this.#scanner.push(chunk)
    return this.#drain()
  }

  /** Ends the file: gives what is left. */
  end(): Buffer[] {
    this.#scanner.end()
    return this.#drain()
  }

  /** The highest value of a `track` column so far, counted from 0 as in the file; null before any. */
  highest(column: number): bigint | null {
    const big = this.#highestBig.get(column)
    const safe = this.#highest[column] as number
    if (safe === Number.NEGATIVE_INFINITY) return big ?? null
    return big !== undefined && big > safe ? big : BigInt(safe)
  }

  #drain(): Buffer[] {
    const chunks: Buffer[] = []
    let offset = 0
    while (this.#scanner.scan()) {
      this.#expectHeader()
      offset = this.#remapBatch(chunks, offset)
    }
    if (offset > 0) {
      chunks.push(this.#out.subarray(0, offset))
      this.#out = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    }
    return chunks
  }

  /** The plan has read the header before: another width means that the file was exchanged. */
  #expectHeader(): void {
    if (this.#scanner.width !== this.#work.length) {
      throw fileChanged(this.#input.file)
    }
  }

  /** Appends the rows of the scanner's batch to `#out`; full buffers go to `chunks`. */
  #remapBatch(chunks: Buffer[], from: number): number {
    const scanner = this.#scanner
    const { bytes, rows, width, starts, ends, kinds } = scanner
    const { nullText } = this.#input.dialect
    const nullLength = nullText.length
    const work = this.#work
    const keyMaps = this.#keyMaps
    const rules = this.#rules
    const doublesQuotes = this.#doublesQuotes
    const makers = this.#makers
    const input = viewOf(bytes)
    let out = this.#out
    let output = viewOf(out)
    let offset = from
    for (let row = scanner.firstRow; row < rows; row++) {
      const first = row * width
      const rowBytes = (ends[first + width - 1] as number) - (starts[first] as number)
      const room = 2 * rowBytes + this.#growth
      if (offset + room > out.length) {
        offset = this.#makeRoom(chunks, offset, offset, room)
        out = this.#out
        output = viewOf(out)
      }
      let rowFrom = offset
      for (let column = 0; column < width; column++) {
        const index = first + column
        const toDo = work[column] as number
        const kind = kinds[index] as number
        const end = ends[index] as number
        let i = starts[index] as number
        if (toDo === Work.Drop) continue
        if (
          end - i === nullLength &&
          (kind & FieldKind.Quoted) === 0 &&
          (nullLength === 0 || nullText.compare(bytes, i, end) === 0)
        ) {
          if (toDo === Work.Key) throw nullKey(this.#place(row, column))
          offset = writeNull(out, offset)
        } else if (
          toDo === Work.Copy ||
          (toDo === Work.Rule &&
            (kind !== FieldKind.QuotedEscaped || doublesQuotes) &&
            (rules[column] as ValueRule).accepts(bytes, i, end))
        ) {
          if (kind < FieldKind.PlainEscaped && end - i < LOOP_BYTES) {
            // Four bytes at a time: up to three too many are read, written and then written over.
            const next = offset + end - i
            for (; i < end; i += 4, offset += 4) {
              output.setUint32(offset, input.getUint32(i))
            }
            offset = next
          } else {
            offset = writeField(scanner, index, out, offset)
          }
        } else if (toDo === Work.Track) {
          offset = this.#writeTracked(row, column, offset)
        } else if (toDo === Work.Rule) {
          const text = this.#convert(row, column)
          const textRoom = 2 * Buffer.byteLength(text) + room
          if (offset + textRoom > out.length) {
            offset = this.#makeRoom(chunks, rowFrom, offset, textRoom)
            out = this.#out
            output = viewOf(out)
            rowFrom = 0
          }
          offset = writeText(text, out, offset)
        } else {
          const keys = keyMaps[column] as KeyMap
          const next = writeTarget(keys, bytes, i, end, out, offset)
          offset = next === -1 ? this.#writeBigTarget(row, column, offset) : next
        }
        out[offset++] = TAB
      }
      for (const make of makers) {
        const text = make()
        if (offset + text.length + room > out.length) {
          offset = this.#makeRoom(chunks, rowFrom, offset, text.length + room)
          out = this.#out
          output = viewOf(out)
          rowFrom = 0
        }
        offset += out.write(text, offset, 'latin1')
        out[offset++] = TAB
      }
      out[offset - 1] = LF
    }
    this.rows += rows - scanner.firstRow
    return offset
  }

  /** Goes on in a new buffer, which the row begun at `rowFrom` moves into; gives the new offset. */
  #makeRoom(chunks: Buffer[], rowFrom: number, offset: number, room: number): number {
    const begun = this.#out.subarray(rowFrom, offset)
    if (rowFrom > 0) chunks.push(this.#out.subarray(0, rowFrom))
    this.#out = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, begun.length + room))
    this.#out.set(begun)
    return begun.length
  }

  /** The slow way to a target key: keys beyond 2^53, and what is no key at all. */
  #writeBigTarget(row: number, column: number, offset: number): number {
    const { starts, ends, bytes, width } = this.#scanner
    const action = this.#input.actions[column] as ColumnAction
    const index = row * width + column
    const source = parseBigIntegerField(bytes, starts[index] as number, ends[index] as number)
    if (source === null) {
      throw notAnInteger(this.#place(row, column))
    }
    const target = (this.#keyMaps[column] as KeyMap).bigTargetOf(source)
    if (target === null) {
      if (action.kind === 'reference') {
        throw missingReference(this.#place(row, column), action.target)
      }
      throw fileChanged(this.#input.file)
    }
    return offset + this.#out.write(String(target), offset, 'latin1')
  }

  /** Copies an integer and remembers the highest one. */
  #writeTracked(row: number, column: number, offset: number): number {
    const { starts, ends, bytes, width } = this.#scanner
    const index = row * width + column
    const value = parseIntegerField(bytes, starts[index] as number, ends[index] as number)
    if (Number.isNaN(value)) {
      this.#trackBig(row, column)
    } else if (value > (this.#highest[column] as number)) {
      this.#highest[column] = value
    }
    return writeField(this.#scanner, index, this.#out, offset)
  }

  /** The slow way to the highest value: integers beyond 2^53, and what is none at all. */
  #trackBig(row: number, column: number): void {
    const { starts, ends, bytes, width } = this.#scanner
    const index = row * width + column
    const value = parseBigIntegerField(bytes, starts[index] as number, ends[index] as number)
    if (value === null) {
      throw notAnInteger(this.#place(row, column))
    }
    const highest = this.#highestBig.get(column)
    if (highest === undefined || value > highest) {
      this.#highestBig.set(column, value)
    }
  }

  /** What PostgreSQL is to get for a value that is not taken as it is. */
  #convert(row: number, column: number): string {
    const rule = this.#rules[column] as ValueRule
    const converted = rule.convert(this.#scanner.textOf(row, column))
    if (typeof converted !== 'string') {
      throw valueRefused(this.#place(row, column), converted)
    }
    return converted
  }

  #place(row: number, column: number): FieldPlace {
    const { model, headers } = this.#input
    const header = headers[column] as string
    return { at: this.#scanner.positionOf(row, column), model, header }
  }
}

/**
 * Writes the target of the source key at [start, end); -1 when that takes the slow way. A function of
 * its own because the compiler inlines only so much into one.
 */
function writeTarget(
  keys: KeyMap,
  bytes: Buffer,
  start: number,
  end: number,
  out: Buffer,
  offset: number,
): number {
  const target = keys.targetOf(parseIntegerField(bytes, start, end))
  return Number.isNaN(target) ? -1 : writeInteger(target, out, offset)
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}

/** What the inner loop does with a field. */
const Work = { Copy: 0, Reference: 1, Key: 2, Drop: 3, Track: 4, Rule: 5 } as const

const WORK: Readonly<Record<ColumnAction['kind'], number>> = {
  copy: Work.Copy,
  drop: Work.Drop,
  key: Work.Key,
  reference: Work.Reference,
  track: Work.Track,
  rule: Work.Rule,
}

/** The most bytes a field takes beyond two for each of its own, the separator included. */
function growthOf({ kind }: ColumnAction): number {
  return kind === 'key' || kind === 'reference' ? MAX_INTEGER_BYTES + NULL_BYTES : NULL_BYTES
}

/** What makes a value as COPY text, one byte for each character. */
function makerOf(made: MadeValue): () => string {
  if (made.kind === 'each') {
    return made.make
  }
  const bytes = Buffer.allocUnsafe(2 * Buffer.byteLength(made.text))
  const text = bytes.toString('latin1', 0, writeText(made.text, bytes, 0))
  return () => text
}
