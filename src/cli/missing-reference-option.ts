import { didYouMean } from '../error/suggest.js'
import type { MissingPolicy, MissingReferences } from '../index.js'
import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

const POLICIES: readonly MissingPolicy[] = ['fail', 'keep', 'null', 'reject']

/**
 * `keep`, for one model `Order=keep`, for one reference `Order.customer=null`; may be given several
 * times, a later one beats an earlier one of the same. Undefined when it is not given.
 */
export function missingReferences(
  placeholder: string,
  help: string,
): OptionDefinition<MissingReferences | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const byModel: Record<string, Record<string, MissingPolicy>> = {}
      let all: MissingPolicy | undefined
      for (const value of values) {
        const split = value.lastIndexOf('=')
        const policy = parsePolicy(value.slice(split + 1), name)
        const [model = '', reference = '*', ...others] = value
          .slice(0, Math.max(split, 0))
          .split('.')
        if (split === -1) {
          all = policy
          continue
        }
        if (model === '' || reference === '' || others.length > 0) {
          throw invalidOption(name, {
            why: `"${value}" does not name a model, or a reference of one.`,
            fix: `Write --${name} <Model>=${policy}, --${name} <Model>.<reference>=${policy}, or --${name} ${policy} for all.`,
          })
        }
        byModel[model] = { ...byModel[model], [reference]: policy }
      }
      if (values.length === 0) return undefined
      return { ...byModel, ...(all === undefined ? {} : { '*': all }) }
    },
  }
}

function parsePolicy(value: string, option: string): MissingPolicy {
  const policy = POLICIES.find((known) => known === value)
  if (policy === undefined) {
    throw invalidOption(option, {
      why: `There is no policy "${value}" for missing rows.`,
      fix: `${didYouMean(value, POLICIES)}Write one of ${POLICIES.join(', ')}; for one reference <Model>.<reference>=<policy>.`,
    })
  }
  return policy
}
