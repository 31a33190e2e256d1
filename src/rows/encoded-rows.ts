import { isGyroError } from '../error/gyro-error.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { chooseRowColumns, ROWS_THAT_DECIDE, type RowColumns } from './row-columns.js'
import { notARow, rowsFailed } from './rows-error.js'
import { describeType } from './value-encoder.js'
import { writeRow } from './write-row.js'

/** Rows that a program gives, one after the other. */
export type RowsInput<Row = object> = Iterable<Row> | AsyncIterable<Row>

/** Characters of the chunks that go out, more or less. */
const CHUNK_LENGTH = 64 * 1024

/**
 * The rows of a model that a program gives as the CSV that the byte path reads: RFC 4180 without a
 * header. They are asked for as they are needed, and only a few are held.
 *
 * @throws {GyroError} `ROWS.*` with model and row, while it is read.
 */
export class EncodedRows implements AsyncIterable<string> {
  /** The fields that the columns hold, in their order. Known from the first chunk on. */
  fields: readonly string[] = []
  readonly #model: ManifestModel
  readonly #enums: Manifest['enums']
  readonly #rows: RowsInput<unknown>

  constructor(model: ManifestModel, enums: Manifest['enums'], rows: RowsInput<unknown>) {
    this.#model = model
    this.#enums = enums
    this.#rows = rows
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    let columns: RowColumns | null = null
    let before = 0
    for await (const batch of readBatches(this.#model.name, this.#rows)) {
      columns ??= chooseRowColumns(this.#model, this.#enums, batch)
      this.fields = columns.list.map(({ field }) => field)
      yield* encodeBatch(columns, batch, before)
      before += batch.length
    }
  }
}

/** There is one batch even without rows. */
async function* readBatches(
  model: string,
  rows: RowsInput<unknown>,
): AsyncGenerator<readonly object[]> {
  let batch: object[] = []
  let row = 0
  try {
    for await (const given of rows) {
      row++
      if (!isRow(given)) throw notARow({ model, row }, describeType(given))
      batch.push(given)
      if (batch.length === ROWS_THAT_DECIDE) {
        yield batch
        batch = []
      }
    }
  } catch (error) {
    throw isGyroError(error) ? error : rowsFailed({ model, row: row + 1 }, error)
  }
  if (batch.length > 0 || row === 0) yield batch
}

function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function* encodeBatch(
  columns: RowColumns,
  batch: readonly object[],
  before: number,
): Generator<string> {
  let text = ''
  for (const [index, row] of batch.entries()) {
    text += writeRow(row, columns, { model: columns.model.name, row: before + index + 1 })
    if (text.length >= CHUNK_LENGTH) {
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}
