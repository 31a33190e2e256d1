import type { CsvDialect } from '../csv/csv-dialect.js'
import { openCsvFile } from '../csv/open-csv-file.js'
import { InternalError } from '../error/internal-error.js'
import type { ColumnAction, MadeValue } from '../keys/column-action.js'
import { CsvRemapper } from '../keys/csv-remapper.js'
import type { KeyMap } from '../keys/key-map.js'
import type { ColumnRole, PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { copyIn } from '../postgres/copy-in.js'
import { isConnectionLoss, isServerError, type ServerError } from '../postgres/postgres-error.js'
import { rowCountDiffers } from './load-error.js'
import { buildMadeValues } from './made-values.js'
import { translateRefusal } from './translate-refusal.js'

/** What the loads of one import have in common. */
export interface LoadContext {
  readonly client: PostgresClient
  readonly dialect: CsvDialect
  /** By model: source key → target key. */
  readonly keyMaps: ReadonlyMap<string, KeyMap>
  /** The time of the run, which `@updatedAt` and `now()` become. */
  readonly runAt: Date
  readonly signal: AbortSignal
}

/** What one file became. */
export interface LoadedModel {
  readonly rows: number
  /** Highest value that was kept in each column with a sequence, by its place in the file. */
  readonly highest: ReadonlyMap<number, bigint>
}

/**
 * Loads one file by COPY, straight into its table: the bytes of the file are scanned, keys and
 * references replaced, and what comes out is sent. Constraints stay in place.
 */
export class PostgresBulkLoader {
  readonly #context: LoadContext

  constructor(context: LoadContext) {
    this.#context = context
  }

  /**
   * @param onProgress Called now and then with the bytes and rows so far.
   * @throws {GyroError} `CSV.*`, `KEYS.*` for the file; `LOAD.*` for what PostgreSQL refuses.
   */
  async load(
    model: PreparedModel,
    onProgress: (bytes: number, rows: number) => void,
  ): Promise<LoadedModel> {
    const { client, signal } = this.#context
    const made = await buildMadeValues(model.made, this.#context.runAt)
    const remapper = this.#buildRemapper(model, made)
    const columns = model.columns.filter(({ role }) => role.kind !== 'drop')
    const target = {
      ...model.table,
      columns: [...columns, ...model.made].map(({ column }) => column),
    }
    const source = openCsvFile(model.source.path)
    let stored: number
    try {
      stored = await copyIn(client, target, remap(source, remapper, onProgress), signal)
    } catch (error) {
      throw await this.#translate(error, model)
    }
    if (stored !== remapper.rows) {
      throw rowCountDiffers(model.model, { sent: remapper.rows, stored })
    }
    return { rows: stored, highest: highestOf(model, remapper) }
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
      const { schema, table } = error as Partial<ServerError>
      const model = models.find(
        (each) => each.table.schema === schema && each.table.table === table,
      )
      throw model === undefined ? error : await this.#translate(error, model)
    }
  }

  /** Says in terms of the file what the server refused; other failures stay as they are. */
  async #translate(error: unknown, model: PreparedModel): Promise<unknown> {
    if (!isServerError(error) || isConnectionLoss(error) || this.#context.signal.aborted) {
      return error
    }
    return translateRefusal(error, model, {
      dialect: this.#context.dialect,
      buildRemapper: () => this.#buildRemapper(model),
    })
  }

  #buildRemapper(model: PreparedModel, made: readonly MadeValue[] = []): CsvRemapper {
    return new CsvRemapper({
      model: model.model,
      file: model.source.path,
      dialect: this.#context.dialect,
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

/** The chunks of a file as COPY text. */
async function* remap(
  source: AsyncIterable<Buffer>,
  remapper: CsvRemapper,
  onProgress: (bytes: number, rows: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    yield* remapper.push(chunk)
    onProgress(remapper.bytesRead, remapper.rows)
  }
  yield* remapper.end()
  onProgress(remapper.bytesRead, remapper.rows)
}

function highestOf({ columns }: PreparedModel, remapper: CsvRemapper): ReadonlyMap<number, bigint> {
  const highest = new Map<number, bigint>()
  for (const index of columns.keys()) {
    const value = remapper.highest(index)
    if (value !== null) highest.set(index, value)
  }
  return highest
}
