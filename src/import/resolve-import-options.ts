import path from 'node:path'
import { type CsvDialect, resolveCsvDialect } from '../csv/csv-dialect.js'
import type { Manifest } from '../manifest/manifest.js'
import type { Strategy } from '../plan/import-plan.js'
import { unknownModel } from '../plan/plan-error.js'
import type { ProgressListener } from '../progress/progress.js'
import type { ValueRuleOptions } from '../values/value-rule.js'
import { invalidOption, unknownOption, unknownStrategy } from './import-error.js'
import type { ImportOptions } from './import-options.js'

/** `ImportOptions` with every default filled in and every value checked; the URL excepted. */
export interface ResolvedImportOptions {
  readonly from: string
  readonly models: readonly string[] | null
  readonly strategyOf: (model: string) => Strategy
  readonly dialect: CsvDialect
  readonly values: ValueRuleOptions
  readonly batchName: string
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

const STRATEGIES: readonly Strategy[] = ['sequential', 'none']

const OPTIONS = [
  'from',
  'url',
  'models',
  'strategy',
  'csv',
  'csv.delimiter',
  'csv.null',
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
  const given = [
    ...Object.keys(options),
    ...Object.keys(options.csv ?? {}).map((name) => `csv.${name}`),
  ]
  const wrong = given.find((name) => !OPTIONS.includes(name))
  if (wrong !== undefined) {
    throw unknownOption(wrong, OPTIONS)
  }
  const { from, models = null, strategy = 'sequential', csv, batchName, onProgress } = options
  const { allowSpecial = false } = options
  if (typeof allowSpecial !== 'boolean') {
    throw invalidOption('allowSpecial', allowSpecial, 'true or false')
  }
  if (typeof from !== 'string' || from === '') {
    throw invalidOption('from', from, 'the path of a folder')
  }
  if (models !== null && (!Array.isArray(models) || models.length === 0)) {
    throw invalidOption('models', models, 'a list of at least one model')
  }
  const known = manifest.models.map(({ name }) => name)
  const unknown = models?.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw unknownModel('models', unknown, known)
  }
  return Object.freeze({
    from,
    models: models === null ? null : [...new Set(models)],
    strategyOf: resolveStrategy(strategy, known),
    dialect: resolveCsvDialect(csv),
    values: { allowSpecial },
    batchName: batchName ?? path.basename(path.resolve(from)),
    onProgress: onProgress ?? (() => {}),
    signal: options.signal ?? new AbortController().signal,
  })
}

function resolveStrategy(
  strategy: NonNullable<ImportOptions['strategy']>,
  known: readonly string[],
): (model: string) => Strategy {
  if (typeof strategy === 'string') {
    expectStrategy('strategy', strategy)
    return () => strategy
  }
  const byModel = new Map(Object.entries(strategy))
  for (const [model, chosen] of byModel) {
    if (!known.includes(model)) {
      throw unknownModel('strategy', model, known)
    }
    expectStrategy(`strategy.${model}`, chosen)
  }
  return (model) => byModel.get(model) ?? 'sequential'
}

function expectStrategy(option: string, strategy: unknown): void {
  if (!STRATEGIES.some((known) => known === strategy)) {
    throw unknownStrategy(option, strategy, STRATEGIES)
  }
}
