import { didYouMean } from '../error/suggest.js'
import type { NamedStrategy } from '../index.js'
import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** What `--remap-strategy` says: for every model, and for single ones. */
export interface RemapStrategies {
  /** Undefined when only single models are named. */
  readonly all: NamedStrategy | undefined
  readonly byModel: ReadonlyMap<string, NamedStrategy>
}

const STRATEGIES: readonly NamedStrategy[] = ['sequential', 'hash', 'fresh', 'match', 'none']

/** `sequential`, or `Tenant=none`; may be given several times, a later one beats an earlier one. */
export function remapStrategies(
  placeholder: string,
  help: string,
): OptionDefinition<RemapStrategies> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      let all: NamedStrategy | undefined
      const byModel = new Map<string, NamedStrategy>()
      for (const value of values) {
        const split = value.lastIndexOf('=')
        const strategy = parseStrategy(value.slice(split + 1), name)
        if (split === -1) {
          all = strategy
        } else if (split === 0) {
          throw invalidOption(name, {
            why: `"${value}" names no model.`,
            fix: `Write --${name} <Model>=${strategy}, or --${name} ${strategy} for all models.`,
          })
        } else {
          byModel.set(value.slice(0, split), strategy)
        }
      }
      return { all, byModel }
    },
  }
}

function parseStrategy(value: string, option: string): NamedStrategy {
  const strategy = STRATEGIES.find((known) => known === value)
  if (strategy === undefined) {
    throw invalidOption(option, {
      why: `There is no strategy "${value}".`,
      fix: `${didYouMean(value, STRATEGIES)}Write one of ${STRATEGIES.join(', ')}; for one model <Model>=<s>.`,
    })
  }
  return strategy
}
