import { writeText } from '../csv/copy-text.js'
import type { CsvDialect } from '../csv/csv-dialect.js'
import { CsvScanner } from '../csv/csv-scanner.js'
import type { LineShifts } from '../csv/line-shifts.js'
import { MAX_INTEGER_BYTES } from '../csv/write-integer.js'
import type { ColumnAction, MadeValue } from './column-action.js'
import { CopyOutput } from './copy-output.js'
import { fileChanged } from './keys-error.js'
import { PlainRows } from './plain-rows.js'
import type { Rows } from './row-set.js'
import type { RowsInput } from './rows-input.js'
import { ScannedRows } from './scanned-rows.js'
import { warmUp } from './warm-up.js'

/** Fields are written in words, which may reach this far beyond their end. */
const SLACK_BYTES = 8

/** `\N` and the separator after it. */
const NULL_BYTES = 3

/** Rows that go the slow way at once, at most, where those before them had to. */
const MAX_SLOW_ROWS = 512

const DOUBLE_QUOTE = 0x22

/** What a `CsvRemapper` works on. */
export interface RemapperInput {
  readonly model: string
  /** Path for error messages. */
  readonly file: string
  /** Where its lines stand in the original. Default: where they are. */
  readonly shifts?: LineShifts | undefined
  readonly dialect: CsvDialect
  /** The header cells, one for each column of the file. */
  readonly headers: readonly string[]
  /** In file order, one for each column. At least one is no `drop`. */
  readonly actions: readonly ColumnAction[]
  /** Values of columns that follow those of the file. Default: none. */
  readonly made?: readonly MadeValue[]
  /** Rows that are left out, counted from 0 through all files of the model. Default: none. */
  readonly skipped?: Rows
  /** Rows of the files before this one, where some are left out. Default: 0. */
  readonly rowsBefore?: number
  /**
   * Told of each field that becomes NULL as the row that it refers to is missing: its column, and its row,
   * counted from 0 among those of the file that go out. Default: nobody wants to know.
   */
  readonly onNulled?: (column: number, row: number) => void
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
  readonly #output = new CopyOutput()
  readonly #plainRows: PlainRows
  readonly #scannedRows: ScannedRows

  constructor(input: RemapperInput) {
    warmUp()
    const { dialect, actions, made = [] } = input
    this.#input = input
    this.#scanner = new CsvScanner(dialect, input.file, { shifts: input.shifts })
    const rowsInput: RowsInput = {
      scanner: this.#scanner,
      output: this.#output,
      dialect,
      actions,
      doublesQuotes: dialect.quote === DOUBLE_QUOTE && dialect.escaper === DOUBLE_QUOTE,
      makers: made.map(makerOf),
      skipped: input.skipped ?? null,
      rowsBefore: input.rowsBefore ?? 0,
      growth: actions.reduce((sum, action) => sum + growthOf(action), SLACK_BYTES),
      onNulled: (column, row) => input.onNulled?.(column, this.rows + row),
    }
    this.#plainRows = new PlainRows(rowsInput)
    this.#scannedRows = new ScannedRows(rowsInput, input)
  }

  /** Data rows that were left out. */
  get skipped(): number {
    return this.#scannedRows.skipped
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
    const [a, b] = [this.#plainRows.highest(column), this.#scannedRows.highest(column)]
    return a === null || (b !== null && b > a) ? b : a
  }

  /**
   * A row goes the slow way, those behind it the fast one as far as they can, and so on. Where that is
   * not far, more rows at once go the slow way.
   */
  #drain(): Buffer[] {
    let slowRows = 1
    while (this.#scanner.scan(slowRows)) {
      this.#expectHeader()
      this.rows += this.#scannedRows.remap()
      const fastRows = this.#plainRows.remap()
      this.rows += fastRows
      slowRows = fastRows >= slowRows ? 1 : Math.min(2 * slowRows, MAX_SLOW_ROWS)
    }
    return this.#output.take()
  }

  /** The plan has read the header before: another width means that the file was exchanged. */
  #expectHeader(): void {
    if (this.#scanner.width !== this.#input.actions.length) {
      throw fileChanged(this.#input.file)
    }
  }
}

/** The most bytes a field takes beyond two for each of its own, the separator included. */
function growthOf(action: ColumnAction): number {
  const inner = action.kind === 'guarded' ? action.action : action
  // Texts that stand for a field get room of their own, unless they are integers.
  return 'keys' in inner ? MAX_INTEGER_BYTES + NULL_BYTES : NULL_BYTES
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
