import path from 'node:path'
import { type CsvOptions, resolveCsvDialect } from '../csv/csv-dialect.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import type { ForeignKeyMode } from '../plan/import-plan.js'
import { unknownModel } from '../plan/plan-error.js'
import type { Pin } from '../plan/prepare-pins.js'
import type { ProgressListener } from '../progress/progress.js'
import type { FolderOptions } from '../source/folder-options.js'
import type { HeaderOptions } from '../source/header-options.js'
import { STREAM_NAME } from '../source/spool-input.js'
import type { ValueRuleOptions } from '../values/value-rule.js'
import { invalidOption, unknownForeignKeyMode, unknownOption } from './import-error.js'
import type { ImportOptions } from './import-options.js'
import { resolveHeaderOptions } from './resolve-header-options.js'
import { resolveInflationLimit } from './resolve-inflation-limit.js'
import { resolvePins } from './resolve-pins.js'
import { type ResolvedStrategies, resolveStrategies } from './resolve-strategies.js'

/** Where the rows come from. */
type ImportSource =
  | { readonly kind: 'folder'; readonly folder: string; readonly options: FolderOptions }
  | {
      readonly kind: 'stream'
      readonly input: AsyncIterable<Uint8Array | string>
      readonly model: ManifestModel
    }

/** `ImportOptions` with every default filled in and every value checked; the URL excepted. */
export interface ResolvedImportOptions extends ResolvedStrategies {
  readonly source: ImportSource
  readonly models: readonly string[] | null
  readonly pins: ReadonlyMap<string, Pin>
  readonly fkMode: ForeignKeyMode
  readonly csv: CsvOptions
  readonly columns: HeaderOptions
  readonly values: ValueRuleOptions
  readonly batchName: string
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

const FOREIGN_KEY_MODES: readonly ForeignKeyMode[] = [
  'auto',
  'checked',
  'rebuild',
  'deferred',
  'replica',
]

const OPTIONS = [
  'from',
  'url',
  'models',
  'strategy',
  'pin',
  'fkMode',
  'csv',
  'csv.delimiter',
  'csv.quote',
  'csv.escape',
  'csv.null',
  'map',
  'ignoreColumns',
  'headers',
  'ignoreUnknown',
  'followSymlinks',
  'maxInflated',
  'allowSpecial',
  'batchName',
  'onProgress',
  'signal',
]

/**
 * @throws {GyroError} `IMPORT.INVALID_OPTION` naming the option, what it got and what it takes;
 * `PLAN.UNKNOWN_MODEL`; `CSV.INVALID_DIALECT`.
 */
export function resolveImportOptions(
  manifest: Manifest,
  options: ImportOptions,
): ResolvedImportOptions {
  expectKnown(options)
  const { models = null, strategy = 'sequential', csv = {}, onProgress, signal } = options
  if (models !== null && (!Array.isArray(models) || models.length === 0)) {
    throw invalidOption('models', models, 'a list of at least one model')
  }
  const known = manifest.models.map(({ name }) => name)
  const unknown = models?.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw unknownModel('models', unknown, known)
  }
  const source = resolveSource(manifest, options)
  const pins = resolvePins(manifest, options)
  expectDialect(csv)
  return Object.freeze({
    source,
    models: models === null ? null : [...new Set(models)],
    ...resolveStrategies(strategy, pins, manifest),
    pins,
    fkMode: resolveForeignKeyMode(options),
    csv,
    columns: resolveHeaderOptions(manifest, options),
    values: resolveValueOptions(options),
    batchName: options.batchName ?? nameOf(source),
    onProgress: onProgress ?? (() => {}),
    signal: signal ?? new AbortController().signal,
  })
}

function expectKnown(options: ImportOptions): void {
  const given = [
    ...Object.keys(options),
    ...Object.keys(options.csv ?? {}).map((name) => `csv.${name}`),
  ]
  const wrong = given.find((name) => !OPTIONS.includes(name))
  if (wrong !== undefined) {
    throw unknownOption(wrong, OPTIONS)
  }
}

function resolveSource(manifest: Manifest, options: ImportOptions): ImportSource {
  const { from, models = [], ignoreUnknown = false, followSymlinks = false } = options
  for (const [option, value] of Object.entries({ ignoreUnknown, followSymlinks })) {
    if (typeof value !== 'boolean') throw invalidOption(option, value, 'true or false')
  }
  const maxInflated = resolveInflationLimit(options.maxInflated)
  if (typeof from === 'string' && from !== '') {
    const folder = { ignoreUnknown, followSymlinks, maxInflated }
    return { kind: 'folder', folder: from, options: folder }
  }
  if (typeof from !== 'object' || from === null || !(Symbol.asyncIterator in from)) {
    throw invalidOption('from', from, 'the path of a folder, or a stream of bytes')
  }
  const [model, ...others] = manifest.models.filter(({ name }) => models.includes(name))
  if (model === undefined || others.length > 0) {
    throw invalidOption('models', options.models, 'exactly one model where "from" is a stream')
  }
  return { kind: 'stream', input: from, model }
}

function resolveForeignKeyMode({ fkMode = 'auto' }: ImportOptions): ForeignKeyMode {
  if (!FOREIGN_KEY_MODES.includes(fkMode)) {
    throw unknownForeignKeyMode(fkMode, FOREIGN_KEY_MODES)
  }
  return fkMode
}

function resolveValueOptions({ allowSpecial = false }: ImportOptions): ValueRuleOptions {
  if (typeof allowSpecial !== 'boolean') {
    throw invalidOption('allowSpecial', allowSpecial, 'true or false')
  }
  return { allowSpecial }
}

/** What is found out for each file is checked with what it is by default. */
function expectDialect({ delimiter, ...csv }: CsvOptions): void {
  resolveCsvDialect(delimiter === undefined || delimiter === 'auto' ? csv : { ...csv, delimiter })
}

function nameOf(source: ImportSource): string {
  return source.kind === 'folder' ? path.basename(path.resolve(source.folder)) : STREAM_NAME
}
