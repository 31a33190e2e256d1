import { isGyroError } from '../error/gyro-error.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { chooseRowColumns, ROWS_THAT_DECIDE, type RowColumns } from './row-columns.js'
import { describeUnwritten, type TakeUnwritten } from './row-fault.js'
import { type RowPlace, rowsFailed, withinRow } from './rows-error.js'
import { writeRow, writeRowPart } from './write-row.js'

/** Rows that a program gives, one after the other. */
export type RowsInput<Row = object> = Iterable<Row> | AsyncIterable<Row>

/** Characters of the chunks that go out, more or less. */
const CHUNK_LENGTH = 64 * 1024

/** What `EncodedRows` reads. */
export interface EncodedInput {
  readonly rows: RowsInput<unknown>
  readonly onUnwritten?: TakeUnwritten | null
}

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
  readonly #onUnwritten: TakeUnwritten | null

  /**
   * @param onUnwritten Takes what is wrong with a row that cannot be written, which is left empty as far
   * as that goes; null where such a row is the end.
   */
  constructor(
    model: ManifestModel,
    enums: Manifest['enums'],
    { rows, onUnwritten = null }: EncodedInput,
  ) {
    this.#model = model
    this.#enums = enums
    this.#rows = rows
    this.#onUnwritten = onUnwritten
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    let columns: RowColumns | null = null
    let before = 0
    const skipsBad = this.#onUnwritten !== null
    for await (const batch of readBatches(this.#model.name, this.#rows)) {
      columns ??= chooseRowColumns(this.#model, this.#enums, { rows: batch, skipsBad })
      this.fields = columns.list.map(({ field }) => field)
      yield* this.#encode(columns, batch, before)
      before += batch.length
    }
  }

  *#encode(columns: RowColumns, batch: readonly unknown[], before: number): Generator<string> {
    let text = ''
    for (const [index, row] of batch.entries()) {
      text += this.#write(row, columns, { model: columns.model.name, row: before + index + 1 })
      if (text.length >= CHUNK_LENGTH) {
        yield text
        text = ''
      }
    }
    if (text !== '') yield text
  }

  #write(row: unknown, columns: RowColumns, place: RowPlace): string {
    try {
      return writeRow(row, columns, place)
    } catch (error) {
      // What the program itself throws is no matter of a row.
      const isOfRow = isGyroError(error) && error.code !== 'ROWS.FAILED'
      if (this.#onUnwritten === null || !isOfRow) throw error
      const { text, emptied } = withinRow(place, () => writeRowPart(row, columns, place))
      this.#onUnwritten(place.row - 1, describeUnwritten(error, place, emptied))
      return text
    }
  }
}

/** There is one batch even without rows. */
async function* readBatches(
  model: string,
  rows: RowsInput<unknown>,
): AsyncGenerator<readonly unknown[]> {
  const batch = new RowBatch()
  try {
    if (Symbol.asyncIterator in rows) {
      for await (const given of rows) {
        if (batch.add(given)) yield batch.take()
      }
    } else {
      // To wait for each row that is there costs as much as to write it.
      for (const given of rows) {
        if (batch.add(isPromise(given) ? await given : given)) yield batch.take()
      }
    }
  } catch (error) {
    throw isGyroError(error) ? error : rowsFailed({ model, row: batch.read + 1 }, error)
  }
  if (!batch.isEmpty || batch.read === 0) yield batch.take()
}

/** The rows that were read and not handed on. */
class RowBatch {
  /** Of all batches. */
  read = 0
  #rows: unknown[] = []

  get isEmpty(): boolean {
    return this.#rows.length === 0
  }

  /** @returns Whether there are as many as a batch takes. */
  add(given: unknown): boolean {
    this.read++
    this.#rows.push(given)
    return this.#rows.length === ROWS_THAT_DECIDE
  }

  take(): readonly unknown[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
