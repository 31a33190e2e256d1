import { type CsvOptions, resolveCsvDialect } from '../csv/csv-dialect.js'
import type { RowHooks } from '../hooks/row-hooks.js'
import type { Manifest } from '../manifest/manifest.js'
import type { ConflictPolicy } from '../plan/conflict.js'
import type { ForeignKeyMode } from '../plan/import-plan.js'
import { unknownModel } from '../plan/plan-error.js'
import type { Pin } from '../plan/prepare-pins.js'
import type { ProgressListener } from '../progress/progress.js'
import type { HeaderOptions } from '../source/header-options.js'
import {
  contradiction,
  invalidOption,
  unknownForeignKeyMode,
  unknownOption,
} from './import-error.js'
import type { ImportOptions } from './import-options.js'
import { type RejectPolicy, resolveBadRows } from './resolve-bad-rows.js'
import { type ResolvedCommit, resolveCommit } from './resolve-commit.js'
import { resolveConflictPolicies } from './resolve-conflict-policies.js'
import { resolveHeaderOptions } from './resolve-header-options.js'
import { resolveHooks } from './resolve-hooks.js'
import { type ImportSource, nameSource, resolveImportSource } from './resolve-import-source.js'
import { type ResolvedMissing, resolveMissingReferences } from './resolve-missing-references.js'
import { resolvePins } from './resolve-pins.js'
import { type ResolvedStrategies, resolveStrategies } from './resolve-strategies.js'

/** `ImportOptions` with every default filled in and every value checked; the URL excepted. */
export interface ResolvedImportOptions extends ResolvedStrategies, ResolvedMissing, ResolvedCommit {
  readonly source: ImportSource
  readonly models: readonly string[] | null
  readonly pins: ReadonlyMap<string, Pin>
  readonly policyOf: (model: string) => ConflictPolicy
  readonly truncate: boolean
  readonly allowRemote: boolean
  readonly useCopy: boolean
  readonly csv: CsvOptions
  readonly columns: HeaderOptions
  /** Null where the files decide. */
  readonly allowSpecial: boolean | null
  /** By model. */
  readonly hooks: ReadonlyMap<string, RowHooks>
  readonly batchName: string
  readonly keepsHistory: boolean
  /** Whether a plan looks at all rows. */
  readonly check: boolean
  /** Null where a bad row fails the import. */
  readonly badRows: RejectPolicy | null
  /** Whether all rows are looked at before any is written. */
  readonly checksRows: boolean
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
  'rows',
  'url',
  'client',
  'schema',
  'models',
  'strategy',
  'pin',
  'onConflict',
  'missingReference',
  'truncate',
  'allowRemote',
  'fkMode',
  'useCopy',
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
  'transform',
  'validate',
  'check',
  'onBadRow',
  'maxRejects',
  'rejects',
  'safeCells',
  'history',
  'commit',
  'batchSize',
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
  const source = resolveImportSource(manifest, options)
  const pins = resolvePins(manifest, options)
  const check = resolveCheck(options)
  const badRows = resolveBadRows(options)
  expectDialect(csv)
  return Object.freeze({
    source,
    models: models === null ? null : [...new Set(models)],
    ...resolveStrategies(strategy, pins, manifest),
    pins,
    ...resolveTruncation(options),
    policyOf: resolveConflictPolicies(manifest, options, pins),
    ...resolveMissingReferences(manifest, options, pins),
    useCopy: resolveUseCopy(options),
    csv,
    columns: resolveHeaderOptions(manifest, options),
    allowSpecial: resolveSpecial(options),
    hooks: resolveHooks(manifest, options),
    check,
    badRows,
    checksRows: check || badRows !== null,
    keepsHistory: resolveHistory(options),
    ...resolveCommit(options, resolveForeignKeyMode(options)),
    batchName: options.batchName ?? nameSource(source),
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

function resolveTruncation({
  truncate = false,
  allowRemote = false,
  onConflict = 'error',
}: ImportOptions): Pick<ResolvedImportOptions, 'truncate' | 'allowRemote'> {
  for (const [option, value] of Object.entries({ truncate, allowRemote })) {
    if (typeof value !== 'boolean') throw invalidOption(option, value, 'true or false')
  }
  if (truncate && onConflict !== 'error') {
    throw contradiction(
      'truncate',
      'onConflict',
      'No row is there any more that another could meet.',
    )
  }
  return { truncate, allowRemote }
}

function resolveForeignKeyMode({ fkMode = 'auto' }: ImportOptions): ForeignKeyMode {
  if (!FOREIGN_KEY_MODES.includes(fkMode)) {
    throw unknownForeignKeyMode(fkMode, FOREIGN_KEY_MODES)
  }
  return fkMode
}

function resolveUseCopy({ useCopy = true }: ImportOptions): boolean {
  if (typeof useCopy !== 'boolean') {
    throw invalidOption('useCopy', useCopy, 'true or false')
  }
  return useCopy
}

function resolveHistory({ history = true }: ImportOptions): boolean {
  if (typeof history !== 'boolean') {
    throw invalidOption('history', history, 'true or false')
  }
  return history
}

function resolveCheck({ check = false }: ImportOptions): boolean {
  if (typeof check !== 'boolean') {
    throw invalidOption('check', check, 'true or false')
  }
  return check
}

function resolveSpecial({ allowSpecial }: ImportOptions): boolean | null {
  if (allowSpecial === undefined) return null
  if (typeof allowSpecial !== 'boolean') {
    throw invalidOption('allowSpecial', allowSpecial, 'true or false')
  }
  return allowSpecial
}

/** What is found out for each file is checked with what it is by default. */
function expectDialect({ delimiter, ...csv }: CsvOptions): void {
  resolveCsvDialect(delimiter === undefined || delimiter === 'auto' ? csv : { ...csv, delimiter })
}
