import { CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { LineShifts } from '../csv/line-shifts.js'
import { type GyroError, isGyroError } from '../error/gyro-error.js'
import { openSourceFile } from '../source/open-source-file.js'
import type { RejectedSource, SourceFile } from '../source/source-file.js'
import { type ChangedField, findChanges, type HookedFormat } from './changed-fields.js'
import { type HookedColumn, readRow } from './hooked-columns.js'
import {
  describeUnreadable,
  rowRejected,
  unknownRejectedField,
  unreadableValue,
} from './hooks-error.js'
import { RewrittenBytes } from './rewritten-bytes.js'
import type { RowHooks, RowRejection } from './row-hooks.js'
import { RowPlace } from './row-place.js'
import { type HookOutcome, runHooks } from './run-hooks.js'

/** The rows of a model on their way through its hooks. */
export interface HookedModel {
  readonly model: string
  readonly hooks: RowHooks
  readonly format: HookedFormat
  /** Where rows go that are not to be loaded; null where the first of them ends the import. */
  readonly rejected: Map<number, RejectedSource> | null
  /** Rows that hold nothing to be shown to hooks, counted from 0 through all files. */
  readonly unwritten: { has(row: number): boolean }
  readonly signal: AbortSignal
  /** Hears of a rejection that comes too late, and gives whether the import ends by it. */
  readonly takeLate: (error: GyroError) => boolean
  /** Called now and then with the bytes of the file and the rows of the model so far. */
  readonly onProgress: (bytes: number, rows: number) => void
}

/**
 * The bytes of a file with what the hooks made of its rows: one row after the other, each once. All else
 * stays as it is, byte by byte: fields that they left alone, header, line ends, rows that are rejected
 * and, where these are collected, rows of another width. To be read once.
 *
 * @throws {GyroError} while it is read: `HOOKS.*`, `CSV.*`, `SOURCE.*`.
 */
export class HookedFile implements AsyncIterable<Buffer> {
  /** Where lines of what is written stand in the file. Complete when all is read. */
  readonly shifts = new LineShifts()
  /** Rows of the model up to here, those of the files before included. */
  rows: number
  readonly #file: SourceFile
  readonly #model: HookedModel
  readonly #scanner: CsvScanner

  constructor(file: SourceFile, model: HookedModel, rowsBefore: number) {
    this.rows = rowsBefore
    this.#file = file
    this.#model = model
    this.#scanner = new CsvScanner(model.format.dialect, file.path)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { signal, onProgress } = this.#model
    const chunks = openSourceFile(this.#file, signal)
    const written = new RewrittenBytes(this.shifts)
    for await (const chunk of chunks) {
      this.#scanner.push(chunk)
      yield* this.#drain(written)
      onProgress(chunks.bytesRead, this.rows)
    }
    this.#scanner.end()
    yield* this.#drain(written)
  }

  async *#drain(written: RewrittenBytes): AsyncGenerator<Buffer> {
    const scanner = this.#scanner
    for (let isMore = true; isMore; ) {
      written.begin(scanner.bytes, scanner.uncutFrom)
      const { rows, isMisfit } = this.#scan()
      for (let row = scanner.firstRow; row < rows; row++) {
        const changing = this.#change(row, written)
        if (changing instanceof Promise) {
          await changing
          this.#model.signal.throwIfAborted()
        }
      }
      if (isMisfit) this.rows++
      const bytes = written.end(scanner.uncutFrom)
      if (bytes.length > 0) yield bytes
      isMore = rows > 0 || isMisfit
    }
  }

  /** Cuts the next batch. A row of another width stays as it is, where it may: it is told later. */
  #scan(): { readonly rows: number; readonly isMisfit: boolean } {
    const scanner = this.#scanner
    try {
      return { rows: scanner.scan() ? scanner.rows : 0, isMisfit: false }
    } catch (error) {
      const isMisfit = isGyroError(error) && error.code === 'CSV.ROW_WIDTH'
      const mayPass = isMisfit && this.#model.rejected !== null
      if (!mayPass || scanner.passMisfit() === null) throw error
      return { rows: scanner.rows, isMisfit: true }
    }
  }

  /** Runs the hooks on a row and writes what they changed. A promise only where they gave one. */
  #change(row: number, written: RewrittenBytes): void | Promise<void> {
    const { hooks, format, unwritten } = this.#model
    if (unwritten.has(this.rows)) {
      this.rows++
      return
    }
    const [start] = this.#rangeOf(row * this.#scanner.width)
    const line = written.lineAt(start)
    const place = this.#placeOf(++this.rows, line)
    const read = readRow(this.#scanner, row, format)
    if ('decode' in read) return this.#refuse(read, place)
    const finish = (outcome: HookOutcome) => {
      place.end()
      if (outcome.rejection !== null) return this.#reject(outcome.rejection, place)
      this.#write(row, findChanges(read, outcome.row, { format, place }), written)
    }
    const outcome = runHooks(read.row, { hooks, place })
    return outcome instanceof Promise ? outcome.then(finish) : finish(outcome)
  }

  #write(row: number, changes: readonly ChangedField[], written: RewrittenBytes): void {
    const first = row * this.#scanner.width
    for (const { index, cell } of changes) written.replace(this.#rangeOf(first + index), cell)
    const [, end] = this.#rangeOf(first + this.#scanner.width - 1)
    written.endRow(end)
  }

  /** A field with its quotes, at an index of the scanner's `starts`. */
  #rangeOf(index: number): readonly [number, number] {
    const { starts, ends, kinds } = this.#scanner
    const quotes = ((kinds[index] ?? 0) & FieldKind.Quoted) === 0 ? 0 : 1
    return [(starts[index] ?? 0) - quotes, (ends[index] ?? 0) + quotes]
  }

  #placeOf(row: number, line: number): RowPlace {
    const { model, format, takeLate } = this.#model
    const isRow = format.dialect.countsRows ?? false
    const at = { model, file: this.#file.path, line: isRow ? row : line, row, isRow }
    return new RowPlace(at, takeLate)
  }

  /** A value that no hook can be given. */
  #refuse({ field, header, index, wanted }: HookedColumn, place: RowPlace): void {
    const { rejected } = this.#model
    if (rejected === null) throw unreadableValue(place, { field, header, wanted })
    const why = describeUnreadable(field, wanted)
    rejected.set(place.row - 1, { column: index, code: 'HOOKS.UNREADABLE_VALUE', why })
  }

  #reject({ reason, field }: RowRejection, place: RowPlace): void {
    const { rejected, format } = this.#model
    const column = format.columns.find((each) => each.field === field)
    if (field !== null && column === undefined) {
      const fields = format.columns.map((each) => each.field)
      throw unknownRejectedField(place, field, fields)
    }
    if (rejected === null) throw rowRejected(place, { reason, field })
    const index = column?.index ?? null
    rejected.set(place.row - 1, { column: index, code: 'HOOKS.REJECTED', why: reason })
  }
}
