import type { RowHooks } from '../hooks/row-hooks.js'
import type { Manifest } from '../manifest/manifest.js'
import { unknownModel } from '../plan/plan-error.js'
import { invalidOption } from './import-error.js'
import type { ImportOptions } from './import-options.js'

const NO_HOOKS: RowHooks = { transform: null, validate: null }

/**
 * The hooks of each model that has one.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolveHooks(
  { models }: Manifest,
  { transform, validate }: ImportOptions,
): ReadonlyMap<string, RowHooks> {
  const known = models.map(({ name }) => name)
  const hooks = new Map<string, RowHooks>()
  for (const [name, hook] of entriesOf('transform', transform, known)) {
    hooks.set(name, { ...NO_HOOKS, transform: hook })
  }
  for (const [name, hook] of entriesOf('validate', validate, known)) {
    hooks.set(name, { ...(hooks.get(name) ?? NO_HOOKS), validate: hook })
  }
  return hooks
}

/** By model, without those that are undefined. */
function entriesOf<Hook>(
  option: 'transform' | 'validate',
  given: { readonly [model: string]: Hook | undefined } | undefined,
  known: readonly string[],
): readonly (readonly [string, Hook])[] {
  if (given === undefined) return []
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidOption(option, typeof given, 'an object with a function for each model')
  }
  return Object.entries(given).flatMap(([model, hook]) => {
    if (!known.includes(model)) throw unknownModel(option, model, known)
    if (hook === undefined) return []
    if (typeof hook !== 'function') {
      throw invalidOption(`${option}.${model}`, typeof hook, 'a function that takes a row')
    }
    return [[model, hook] as const]
  })
}
