import { contradiction, invalidOption, unknownOption } from './import-error.js'

/** Which database a history is of. */
export interface HistoryTarget {
  /**
   * `postgresql://` URL of the database.
   * @default `datasource.url` of the Prisma config, else the environment's `DATABASE_URL`
   */
  readonly url?: string
}

/** Options of `importHistory`. */
export interface HistoryOptions extends HistoryTarget {
  /**
   * Imports to give at the most, the newest first.
   * @default 20
   */
  readonly limit?: number
}

/** Options of `importDetails`. */
export interface DetailsOptions extends HistoryTarget {
  /**
   * The batch: its id, as the import gave it, the beginning of it that no other has, or `last` for the
   * newest one that is completed.
   */
  readonly batch: string
}

/** Options of `readKeyMap`. */
export interface KeyMapOptions<Name extends string = string> extends DetailsOptions {
  /** The Prisma name of a model that was imported. */
  readonly model: Name
}

/** A key as a program has it: an integer is the same key as number, `bigint` and text. */
export type GivenKey = string | number | bigint

/** Options of `lookUpKey`: one of the two keys. */
export type KeyLookupOptions = KeyMapOptions &
  (
    | {
        /** The key in the files. */
        readonly sourceKey: GivenKey
        readonly targetKey?: never
      }
    | {
        /** The key in the database. */
        readonly targetKey: GivenKey
        readonly sourceKey?: never
      }
  )

/** Options of `pruneHistory`. */
export interface PruneOptions extends HistoryTarget {
  /**
   * How long ago batches have come to their end, by the clock of the server: a whole number of hours,
   * days or weeks such as `12h`, `90d` or `4w`.
   */
  readonly olderThan: string
  /**
   * Only tells what would be dropped.
   * @default false
   */
  readonly dryRun?: boolean
}

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveHistoryOptions(options: HistoryOptions): { readonly limit: number } {
  expectKnown(options, ['url', 'limit'])
  const { limit = 20 } = options
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw invalidOption('limit', limit, 'a whole number of imports, 1 or more')
  }
  return { limit }
}

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveDetailsOptions(options: DetailsOptions): Pick<DetailsOptions, 'batch'> {
  expectKnown(options, ['url', 'batch'])
  return { batch: expectBatch(options) }
}

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveKeyMapOptions(
  options: KeyMapOptions,
): Pick<KeyMapOptions, 'batch' | 'model'> {
  expectKnown(options, ['url', 'batch', 'model'])
  return { batch: expectBatch(options), model: expectModel(options) }
}

/** What is asked of a key. */
export interface ResolvedKeyLookup {
  readonly batch: string
  readonly model: string
  readonly from: 'source' | 'target'
  readonly key: string
}

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveKeyLookup(options: KeyLookupOptions): ResolvedKeyLookup {
  expectKnown(options, ['url', 'batch', 'model', 'sourceKey', 'targetKey'])
  const { sourceKey, targetKey } = options
  const place = { batch: expectBatch(options), model: expectModel(options) }
  if (sourceKey !== undefined && targetKey !== undefined) {
    throw contradiction('sourceKey', 'targetKey', 'A look-up goes one way only.')
  }
  return targetKey === undefined
    ? { ...place, from: 'source', key: expectKey('sourceKey', sourceKey) }
    : { ...place, from: 'target', key: expectKey('targetKey', targetKey) }
}

const SECONDS = { h: 3600, d: 86_400, w: 604_800 } as const

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolvePruneOptions(options: PruneOptions): {
  readonly seconds: number
  readonly dryRun: boolean
} {
  expectKnown(options, ['url', 'olderThan', 'dryRun'])
  const { olderThan, dryRun = false } = options
  if (typeof dryRun !== 'boolean') {
    throw invalidOption('dryRun', dryRun, 'true or false')
  }
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(String(olderThan)) ?? []
  if (count === undefined) {
    throw invalidOption('olderThan', olderThan, 'hours, days or weeks, such as 12h, 90d or 4w')
  }
  return { seconds: Number(count) * SECONDS[unit as keyof typeof SECONDS], dryRun }
}

function expectKnown(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownOption(unknown, known)
}

function expectBatch({ batch }: DetailsOptions): string {
  if (typeof batch !== 'string' || batch === '') {
    throw invalidOption('batch', batch, 'the id of a batch, the beginning of one, or "last"')
  }
  return batch
}

function expectModel({ model }: KeyMapOptions): string {
  if (typeof model !== 'string' || model === '') {
    throw invalidOption('model', model, 'the name of a model')
  }
  return model
}

/** A number that is no exact integer has lost digits already. */
function expectKey(option: string, key: GivenKey | undefined): string {
  const isExact = typeof key === 'number' ? Number.isSafeInteger(key) : key !== undefined
  if (!isExact || !['string', 'number', 'bigint'].includes(typeof key)) {
    const wanted = 'a text, a bigint or a whole number up to 2^53'
    throw invalidOption(option, typeof key === 'bigint' ? String(key) : typeof key, wanted)
  }
  return String(key)
}
