import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import type { ConflictAction, ConflictPolicy } from '../plan/conflict.js'
import { unknownModel } from '../plan/plan-error.js'
import { contradiction, invalidOption, unknownField } from './import-error.js'
import type { PlanOptions } from './plan-options.js'

const ACTIONS: readonly ConflictAction[] = ['error', 'skip', 'update']

const WANTED =
  'error, skip or update, or an object with "action", and "on" and "columns" if need be'

/**
 * What becomes of rows that are there, by model. Those of a model that is pinned are nobody's business.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolveConflictPolicies(
  { models }: Pick<Manifest, 'models'>,
  { onConflict = 'error' }: Pick<PlanOptions, 'onConflict'>,
  pins: ReadonlyMap<string, unknown>,
): (model: string) => ConflictPolicy {
  if (typeof onConflict !== 'object' || onConflict === null) {
    const action = expectAction('onConflict', onConflict)
    return resolveConflictPolicies({ models }, { onConflict: { '*': action } }, pins)
  }
  const { '*': others = 'error', ...named } = onConflict
  const forOthers = { ...ERROR, action: expectAction('onConflict.*', others), isForAll: true }
  const policies = new Map<string, ConflictPolicy>()
  for (const [name, policy] of Object.entries<unknown>(named)) {
    const model = models.find((each) => each.name === name)
    if (model === undefined) {
      const known = models.map((each) => each.name)
      throw unknownModel('onConflict', name, known)
    }
    if (pins.has(name)) {
      throw contradiction(
        `onConflict.${name}`,
        `pin.${name}`,
        'No row of a pinned model is loaded.',
      )
    }
    policies.set(name, resolvePolicy(model, policy))
  }
  return (model) => policies.get(model) ?? (pins.has(model) ? ERROR : forOthers)
}

const ERROR: ConflictPolicy = { action: 'error', on: null, columns: null, isForAll: false }

function resolvePolicy(model: ManifestModel, policy: unknown): ConflictPolicy {
  const option = `onConflict.${model.name}`
  if (typeof policy !== 'object' || policy === null) {
    return { ...ERROR, action: expectAction(option, policy) }
  }
  const { action, on, columns, ...others } = policy as Readonly<Record<string, unknown>>
  const found = expectAction(`${option}.action`, action)
  const isUseless = columns !== undefined && found !== 'update'
  if (Object.keys(others).length > 0 || isUseless || (on !== undefined && found === 'error')) {
    const hint = isUseless ? '"columns" beside the action update only' : WANTED
    throw invalidOption(option, Object.keys(policy), hint)
  }
  return {
    action: found,
    on: expectFields(`${option}.on`, on, model),
    columns: expectFields(`${option}.columns`, columns, model),
    isForAll: false,
  }
}

function expectAction(option: string, action: unknown): ConflictAction {
  const found = ACTIONS.find((known) => known === action)
  if (found === undefined) {
    throw invalidOption(option, action, WANTED)
  }
  return found
}

function expectFields(
  option: string,
  fields: unknown,
  { columns }: ManifestModel,
): readonly string[] | null {
  if (fields === undefined) {
    return null
  }
  if (!Array.isArray(fields) || fields.length === 0) {
    throw invalidOption(option, fields, 'a list of at least one field')
  }
  const known = columns.map(({ field }) => field)
  const wrong = fields.find((field) => !known.includes(field))
  if (wrong !== undefined) {
    throw unknownField(option, wrong, known)
  }
  return [...new Set<string>(fields)]
}
