import type { IdRemappingStrategy } from '../keys/id-remapping-strategy.js'
import type { Manifest } from '../manifest/manifest.js'
import type { NamedStrategy, Strategy } from '../plan/import-plan.js'
import { unknownModel } from '../plan/plan-error.js'
import { unknownStrategy } from './import-error.js'
import type { ImportOptions } from './import-options.js'

/** How the keys of each model are chosen. */
export interface ResolvedStrategies {
  readonly strategyOf: (model: string) => Strategy
  /** By model: where `strategyOf` says `custom`. */
  readonly customStrategies: ReadonlyMap<string, IdRemappingStrategy>
}

const STRATEGIES: readonly NamedStrategy[] = ['sequential', 'hash', 'fresh', 'match', 'none']

/**
 * What is said for a model, else in the schema, else for all models. The keys of a model that is pinned
 * are nobody's business.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolveStrategies(
  strategy: NonNullable<ImportOptions['strategy']>,
  pins: ReadonlyMap<string, unknown>,
  { models }: Manifest,
): ResolvedStrategies {
  const forAll = typeof strategy === 'string' ? strategy : 'sequential'
  expectStrategy('strategy', forAll)
  const byModel = new Map<string, Strategy>()
  for (const { name, strategy: inSchema } of models) {
    byModel.set(name, pins.has(name) ? 'none' : (inSchema ?? forAll))
  }
  const customStrategies = new Map<string, IdRemappingStrategy>()
  for (const [model, chosen] of Object.entries(typeof strategy === 'string' ? {} : strategy)) {
    if (!byModel.has(model)) {
      throw unknownModel('strategy', model, [...byModel.keys()])
    }
    if (isCustom(chosen)) {
      customStrategies.set(model, chosen)
      byModel.set(model, 'custom')
      continue
    }
    expectStrategy(`strategy.${model}`, chosen)
    byModel.set(model, chosen)
  }
  return { strategyOf: (model) => byModel.get(model) as Strategy, customStrategies }
}

function isCustom(strategy: unknown): strategy is IdRemappingStrategy {
  const isObject = typeof strategy === 'object' && strategy !== null
  return isObject && 'mapKeys' in strategy && typeof strategy.mapKeys === 'function'
}

function expectStrategy(option: string, strategy: unknown): asserts strategy is NamedStrategy {
  if (!STRATEGIES.some((known) => known === strategy)) {
    throw unknownStrategy(option, strategy, STRATEGIES)
  }
}
