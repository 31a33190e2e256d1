import type { Manifest } from '../manifest/manifest.js'
import type { Mask } from '../mask/mask-options.js'
import type { ProgressListener } from '../progress/progress.js'
import type { RootKey, RowCondition } from '../slice/root-options.js'
import { invalidOption, unknownModel, unknownOption } from './export-error.js'
import type { ExportOptions, SliceOptions } from './export-options.js'

/** What says which rows go out, as it was given. Empty where nothing was said. */
export interface ResolvedSlice {
  readonly where: Readonly<Record<string, RowCondition | readonly RowCondition[]>>
  readonly roots: Readonly<Record<string, readonly RootKey[]>>
  /** Null for all: an empty list is none. */
  readonly include: readonly string[] | null
  readonly exclude: readonly string[]
  readonly limit: Readonly<Record<string, number>>
  readonly mask: Readonly<Record<string, Readonly<Record<string, Mask>>>>
  /** Null for no limit. */
  readonly depth: number | null
  readonly prune: 'nullable' | null
  readonly maskKey: string | null
}

/** `ExportOptions` with every default filled in and every value checked; the URL excepted. */
export interface ResolvedExportOptions extends ResolvedSlice {
  /** As it was given; null where nothing is written into a folder. */
  readonly to: string | null
  readonly gzip: boolean
  readonly overwrite: boolean
  /** Most connections at a time. */
  readonly jobs: number
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

/** Two read and write side by side; a source that others work with should not get more unasked. */
const DEFAULT_JOBS = 2

const OF_SLICE = [
  'url',
  'where',
  'roots',
  'include',
  'exclude',
  'depth',
  'limit',
  'prune',
  'mask',
  'maskKey',
  'onProgress',
  'signal',
] as const

const OPTIONS = {
  export: [...OF_SLICE, 'to', 'gzip', 'overwrite', 'jobs'],
  plan: [...OF_SLICE, 'to', 'gzip', 'overwrite'],
  model: [...OF_SLICE, 'model'],
} as const

/**
 * @param use Which function the options are for.
 * @throws {GyroError} `EXPORT.INVALID_OPTION` naming the option and what it takes; `EXPORT.UNKNOWN_MODEL`.
 */
export function resolveExportOptions(
  manifest: Manifest,
  options: Partial<ExportOptions>,
  use: keyof typeof OPTIONS,
): ResolvedExportOptions {
  const known: readonly string[] = OPTIONS[use]
  const wrong = Object.keys(options).find((name) => !known.includes(name))
  if (wrong !== undefined) throw unknownOption(wrong, known)
  const { to, gzip = false, overwrite = false, jobs = DEFAULT_JOBS, onProgress, signal } = options
  const isFolder = typeof to === 'string' && to !== ''
  if (use === 'export' ? !isFolder : to !== undefined && !isFolder) {
    throw invalidOption('to', 'the path of a folder')
  }
  for (const [option, value] of Object.entries({ gzip, overwrite })) {
    if (typeof value !== 'boolean') throw invalidOption(option, 'true or false')
  }
  if (!Number.isSafeInteger(jobs) || jobs < 1) {
    throw invalidOption('jobs', 'a whole number of connections, 1 or more')
  }
  return Object.freeze({
    ...resolveSlice(manifest, options),
    to: to ?? null,
    gzip,
    overwrite,
    jobs,
    onProgress: onProgress ?? (() => {}),
    signal: signal ?? new AbortController().signal,
  })
}

function resolveSlice(manifest: Manifest, options: SliceOptions): ResolvedSlice {
  const { include = null, exclude = [], depth = null, prune = null, maskKey = null } = options
  for (const [option, value] of Object.entries({ include: include ?? [], exclude })) {
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
      throw invalidOption(option, 'a list of models and references, such as Order.customer')
    }
  }
  if (depth !== null && (!Number.isSafeInteger(depth) || depth < 0)) {
    throw invalidOption('depth', 'a whole number of steps, 0 or more')
  }
  if (prune !== null && prune !== 'nullable') throw invalidOption('prune', "'nullable'")
  const limit = byModel(manifest, 'limit', options.limit)
  for (const [model, rows] of Object.entries(limit)) {
    if (!Number.isSafeInteger(rows) || rows < 0) {
      throw invalidOption(`limit.${model}`, 'a whole number of rows, 0 or more')
    }
  }
  const roots = byModel(manifest, 'roots', options.roots)
  for (const [model, keys] of Object.entries(roots)) {
    if (!Array.isArray(keys)) throw invalidOption(`roots.${model}`, 'a list of keys')
  }
  const where = byModel(manifest, 'where', options.where)
  const mask = byModel(manifest, 'mask', options.mask)
  for (const [model, columns] of Object.entries(mask)) {
    if (!isObject(columns)) throw invalidOption(`mask.${model}`, 'an object with a mask per field')
  }
  return { where, roots, include, exclude, depth, limit, prune, mask, maskKey }
}

/** An option with a value per model: an undefined one is a mistake that could give away every row. */
function byModel<Value>(
  { models }: Manifest,
  option: string,
  given: Readonly<Record<string, Value | undefined>> = {},
): Readonly<Record<string, Value>> {
  if (!isObject(given)) throw invalidOption(option, 'an object with a property per model')
  const known = models.map(({ name }) => name)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownModel(option, unknown, known)
  const open = Object.keys(given).find((name) => given[name] === undefined)
  if (open !== undefined) throw invalidOption(`${option}.${open}`, 'a value that is not undefined')
  return given as Readonly<Record<string, Value>>
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
