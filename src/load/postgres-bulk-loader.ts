import type { CsvChunks } from '../csv/csv-chunks.js'
import { InternalError } from '../error/internal-error.js'
import type { ColumnAction, MadeValue } from '../keys/column-action.js'
import { CsvRemapper } from '../keys/csv-remapper.js'
import type { KeyMap } from '../keys/key-map.js'
import type { ColumnRole, PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { copyIn } from '../postgres/copy-in.js'
import { isSameTable } from '../postgres/identifier.js'
import { isConnectionLoss, isServerError, type ServerError } from '../postgres/postgres-error.js'
import { openSourceFile } from '../source/open-source-file.js'
import type { SourceFile } from '../source/source-file.js'
import type { RemappedPart } from './find-copy-row.js'
import { rowCountDiffers } from './load-error.js'
import { buildMadeValues } from './made-values.js'
import { translateRefusal } from './translate-refusal.js'

/** What the loads of one import have in common. */
export interface LoadContext {
  readonly client: PostgresClient
  /** By model: source key → target key. */
  readonly keyMaps: ReadonlyMap<string, KeyMap>
  /** The time of the run, which `@updatedAt` and `now()` become. */
  readonly runAt: Date
  readonly signal: AbortSignal
}

/** What the files of a model became. */
export interface LoadedModel {
  readonly rows: number
  /** Highest value that was kept in each column with a sequence, by its place in the file. */
  readonly highest: ReadonlyMap<number, bigint>
}

/**
 * Loads the files of a model by one COPY, straight into its table: their bytes are scanned, keys and
 * references replaced, and what comes out is sent. Constraints stay in place.
 */
export class PostgresBulkLoader {
  readonly #context: LoadContext

  constructor(context: LoadContext) {
    this.#context = context
  }

  /**
   * @param onProgress Called now and then with the bytes and rows of all files so far.
   * @throws {GyroError} `CSV.*`, `KEYS.*` for the file; `LOAD.*` for what PostgreSQL refuses.
   */
  async load(
    model: PreparedModel,
    onProgress: (bytes: number, rows: number) => void,
  ): Promise<LoadedModel> {
    const { client, signal } = this.#context
    const made = await buildMadeValues(model.made, this.#context.runAt)
    const sent: SentRows = { rows: 0, highest: new Map() }
    const chunks = remap(this.#openParts(model, made, signal), sent, onProgress)
    const columns = model.columns.filter(({ role }) => role.kind !== 'drop')
    const target = {
      ...model.table,
      columns: [...columns, ...model.made].map(({ column }) => column),
    }
    let stored: number
    try {
      stored = await copyIn(client, target, chunks, signal)
    } catch (error) {
      throw await this.#translate(error, model)
    }
    if (stored !== sent.rows) {
      throw rowCountDiffers(model.model, { sent: sent.rows, stored })
    }
    return sent
  }

  /**
   * Has constraints checked now that are declared to be checked at COMMIT, while the rows that break
   * them can still be found in the files.
   *
   * @throws {GyroError} `LOAD.*`.
   */
  async checkDeferred(models: readonly PreparedModel[]): Promise<void> {
    try {
      await this.#context.client.query('set constraints all immediate')
    } catch (error) {
      const { schema = '', table = '' } = error as Partial<ServerError>
      const model = models.find((each) =>
        [each.table, ...each.partitions].some((name) => isSameTable(name, { schema, table })),
      )
      throw model === undefined ? error : await this.#translate(error, model)
    }
  }

  /** Says in terms of the file what the server refused; other failures stay as they are. */
  async #translate(error: unknown, model: PreparedModel): Promise<unknown> {
    if (!isServerError(error) || isConnectionLoss(error) || this.#context.signal.aborted) {
      return error
    }
    return translateRefusal(error, model, () => this.#openParts(model, []))
  }

  /** One after the other: a remapper is large, and there may be thousands of parts. */
  *#openParts(
    model: PreparedModel,
    made: readonly MadeValue[],
    signal?: AbortSignal,
  ): Generator<OpenedPart> {
    for (const part of model.source.parts) {
      const remapper = this.#buildRemapper(model, part, made)
      yield { chunks: openSourceFile(part, signal), remapper, columns: model.columns.length }
    }
  }

  #buildRemapper(
    model: PreparedModel,
    { path }: SourceFile,
    made: readonly MadeValue[],
  ): CsvRemapper {
    return new CsvRemapper({
      model: model.model,
      file: path,
      dialect: model.dialect,
      headers: model.headers,
      actions: model.columns.map(({ role }) => this.#buildAction(model, role)),
      made,
    })
  }

  #buildAction({ model }: PreparedModel, role: ColumnRole): ColumnAction {
    switch (role.kind) {
      case 'key':
        return { kind: 'key', keys: this.#keysOf(model) }
      case 'reference':
        return { kind: 'reference', keys: this.#keysOf(role.owner), target: role.target }
      case 'track':
        return { kind: 'track' }
      default:
        return role
    }
  }

  #keysOf(model: string): KeyMap {
    const keys = this.#context.keyMaps.get(model)
    if (keys === undefined) {
      throw new InternalError(`The keys of ${model} were not mapped before they were needed`)
    }
    return keys
  }
}

interface OpenedPart extends RemappedPart {
  readonly chunks: CsvChunks
  /** Columns of the file. */
  readonly columns: number
}

/** `LoadedModel`, as far as the parts were sent. */
interface SentRows {
  rows: number
  readonly highest: Map<number, bigint>
}

/** The chunks of all parts as COPY text. What a part came to is added to `sent` when it was read. */
async function* remap(
  parts: Iterable<OpenedPart>,
  sent: SentRows,
  onProgress: (bytes: number, rows: number) => void,
): AsyncGenerator<Buffer> {
  let bytesBefore = 0
  for (const { chunks, remapper, columns } of parts) {
    const report = () => onProgress(bytesBefore + chunks.bytesRead, sent.rows + remapper.rows)
    for await (const chunk of chunks) {
      yield* remapper.push(chunk)
      report()
    }
    yield* remapper.end()
    report()
    bytesBefore += chunks.bytesRead
    sent.rows += remapper.rows
    for (let column = 0; column < columns; column++) {
      const value = remapper.highest(column)
      const before = sent.highest.get(column)
      if (value !== null && (before === undefined || value > before)) {
        sent.highest.set(column, value)
      }
    }
  }
}
