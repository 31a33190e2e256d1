// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/keys/reference-remapper.ts.
import {
  MAX_INTEGER_BYTES,
  writeField,
  writeInteger,
  writeNull,
  writeText,
} from '../csv/copy-text.js'
import type { CsvDialect } from '../csv/csv-dialect.js'
import { CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { parseBigIntegerField, parseIntegerField } from '../csv/integer-field.js'
import { InternalError } from '../error/internal-error.js'
import type { ColumnAction } from './column-action.js'
import type { KeyMap } from './key-map.js'
import { type FieldPlace, missingReference, notAnInteger, nullKey } from './keys-error.js'

/** Size of the chunks that go out. */
const CHUNK_BYTES = 256 * 1024

/** `\N` and the separator after it. */
const NULL_BYTES = 3

const TAB = 0x09
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
}

/**
 * Bytes in, bytes out: the chunks of one CSV file become COPY TEXT, with keys and references
 * replaced on the way. Columns keep the order of the file; the header is left out.
 */
export class CsvRemapper {
  /** Data rows that went out. */
  rows = 0
  readonly #input: RemapperInput
  readonly #scanner: CsvScanner
  readonly #writers: readonly FieldWriter[]
  /** The most bytes that a row takes beyond two for each of its own. */
  readonly #growth: number
  #out = Buffer.allocUnsafeSlow(CHUNK_BYTES)

  constructor(input: RemapperInput) {
    this.#input = input
    this.#scanner = new CsvScanner(input.dialect, input.file)
    this.#writers = input.actions.map((action) => buildWriter(action))
    this.#growth = this.#writers.reduce((sum, { growth }) => sum + growth, 0)
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
    return this.#writers[column]?.highest ?? null
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
    if (this.#scanner.width !== this.#writers.length) {
      throw new InternalError(`${this.#input.file} changed while it was imported`)
    }
  }

  /** Appends the rows of the scanner's batch to `#out`; full buffers go to `chunks`. */
  #remapBatch(chunks: Buffer[], from: number): number {
    const scanner = this.#scanner
    const { bytes, rows, width, starts, ends, kinds } = scanner
    const { nullText } = this.#input.dialect
    const nullLength = nullText.length
    const writers = this.#writers
    let out = this.#out
    let offset = from
    for (let row = scanner.firstRow; row < rows; row++) {
      const first = row * width
      const rowBytes = (ends[first + width - 1] as number) - (starts[first] as number)
      const room = 2 * rowBytes + this.#growth
      if (offset + room > out.length) {
        if (offset > 0) chunks.push(out.subarray(0, offset))
        out = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, room))
        this.#out = out
        offset = 0
      }
      for (let column = 0; column < width; column++) {
        const { work, keys } = writers[column] as FieldWriter
        if (work === Work.Drop) continue
        const index = first + column
        const start = starts[index] as number
        const end = ends[index] as number
        if (
          end - start === nullLength &&
          ((kinds[index] as number) & FieldKind.Quoted) === 0 &&
          (nullLength === 0 || nullText.compare(bytes, start, end) === 0)
        ) {
          if (work === Work.Key) throw nullKey(this.#place(row, column))
          offset = writeNull(out, offset)
        } else if (work === Work.Copy) {
          offset = writeField(scanner, index, out, offset)
        } else if (keys !== null) {
          const target = keys.targetOf(parseIntegerField(bytes, start, end))
          offset = Number.isNaN(target)
            ? this.#writeBigTarget(row, column, offset)
            : writeInteger(target, out, offset)
        } else {
          offset = this.#writeOther(row, column, offset)
        }
        out[offset++] = TAB
      }
      out[offset - 1] = LF
    }
    this.rows += rows - scanner.firstRow
    return offset
  }

  /** The slow way to a target key: keys beyond 2^53, and what is no key at all. */
  #writeBigTarget(row: number, column: number, offset: number): number {
    const { starts, ends, bytes, width } = this.#scanner
    const { action, keys } = this.#writers[column] as FieldWriter
    const index = row * width + column
    const source = parseBigIntegerField(bytes, starts[index] as number, ends[index] as number)
    if (source === null) {
      throw notAnInteger(this.#place(row, column))
    }
    const target = keys?.bigTargetOf(source) ?? null
    if (target === null) {
      if (action.kind === 'reference') {
        throw missingReference(this.#place(row, column), action.target)
      }
      throw new InternalError(`${this.#input.file} changed while it was imported`)
    }
    return offset + this.#out.write(String(target), offset, 'latin1')
  }

  /** The rarer actions, for a field that is not NULL. */
  #writeOther(row: number, column: number, offset: number): number {
    const { starts, ends, bytes, width } = this.#scanner
    const writer = this.#writers[column] as FieldWriter
    const index = row * width + column
    const start = starts[index] as number
    const end = ends[index] as number
    if (writer.action.kind === 'translate') {
      const text = writer.action.texts.get(bytes.toString('utf8', start, end))
      if (text !== undefined) {
        return writeText(text, this.#out, offset)
      }
    } else {
      const value = parseBigIntegerField(bytes, start, end)
      if (value === null) {
        throw notAnInteger(this.#place(row, column))
      }
      if (writer.highest === null || value > writer.highest) {
        writer.highest = value
      }
    }
    return writeField(this.#scanner, index, this.#out, offset)
  }

  #place(row: number, column: number): FieldPlace {
    const { model, headers } = this.#input
    const header = headers[column] as string
    return { at: this.#scanner.positionOf(row, column), model, header }
  }
}

/** What the inner loop does with a field, most frequent first. */
const Work = { Copy: 0, Reference: 1, Key: 2, Drop: 3, Other: 4 } as const

interface FieldWriter {
  readonly work: number
  readonly action: ColumnAction
  readonly keys: KeyMap | null
  /** The most bytes the field takes beyond two for each of its own, the separator included. */
  readonly growth: number
  /** Of a `track` column. */
  highest: bigint | null
}

function buildWriter(action: ColumnAction): FieldWriter {
  const plain = { action, keys: null, growth: NULL_BYTES, highest: null }
  switch (action.kind) {
    case 'copy':
      return { ...plain, work: Work.Copy }
    case 'drop':
      return { ...plain, work: Work.Drop }
    case 'key':
    case 'reference': {
      const work = action.kind === 'key' ? Work.Key : Work.Reference
      return { ...plain, work, keys: action.keys, growth: MAX_INTEGER_BYTES + NULL_BYTES }
    }
    case 'track':
      return { ...plain, work: Work.Other }
    case 'translate': {
      const longest = Math.max(
        0,
        ...[...action.texts.values()].map((text) => Buffer.byteLength(text)),
      )
      return { ...plain, work: Work.Other, growth: 2 * longest + NULL_BYTES }
    }
  }
}
