import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import type { AskedPolicies, MissingPolicy } from '../plan/missing-reference.js'
import { unknownModel } from '../plan/plan-error.js'
import { contradiction, unknownMissingPolicy, unknownReference } from './import-error.js'
import type { PlanOptions } from './plan-options.js'

/** What becomes of references whose rows are not in the files, as it was asked for. */
export interface ResolvedMissing {
  readonly askedPolicies: AskedPolicies
  /** Whether rows are to be put aside for it. */
  readonly rejectsMissing: boolean
}

const POLICIES: readonly MissingPolicy[] = ['fail', 'keep', 'null', 'reject']

/**
 * What is said for a reference, else for its model, else for all. Rows of a pinned model are not loaded,
 * and all rows that refer to one have its row.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolveMissingReferences(
  { models }: Pick<Manifest, 'models'>,
  { missingReference = {} }: Pick<PlanOptions, 'missingReference'>,
  pins: ReadonlyMap<string, unknown>,
): ResolvedMissing {
  if (typeof missingReference !== 'object' || missingReference === null) {
    const all = expectPolicy('missingReference', missingReference)
    return resolveMissingReferences({ models }, { missingReference: { '*': all } }, pins)
  }
  const { '*': others, ...named } = missingReference
  const policies = new Map<string, ReadonlyMap<string, MissingPolicy>>()
  for (const [name, asked] of Object.entries<unknown>(named)) {
    const model = models.find((each) => each.name === name)
    if (model === undefined) {
      const known = models.map((each) => each.name)
      throw unknownModel('missingReference', name, known)
    }
    if (pins.has(name)) {
      const why = 'No row of a pinned model is loaded.'
      throw contradiction(`missingReference.${name}`, `pin.${name}`, why)
    }
    policies.set(name, resolveModel(model, asked, pins))
  }
  const forAll = others === undefined ? null : expectPolicy('missingReference.*', others)
  const given = [forAll, ...[...policies.values()].flatMap((each) => [...each.values()])]
  return {
    askedPolicies: (model, reference) => {
      const own = policies.get(model)
      return own?.get(reference) ?? own?.get('*') ?? forAll
    },
    rejectsMissing: given.includes('reject'),
  }
}

/** By reference; `*` stands for all others. */
function resolveModel(
  { name, references }: ManifestModel,
  asked: unknown,
  pins: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, MissingPolicy> {
  const option = `missingReference.${name}`
  if (typeof asked !== 'object' || asked === null) {
    return new Map([['*', expectPolicy(option, asked)]])
  }
  const policies = new Map<string, MissingPolicy>()
  for (const [field, policy] of Object.entries(asked)) {
    const reference = references.find((each) => each.name === field)
    if (field !== '*' && reference === undefined) {
      const known = references.map((each) => each.name)
      throw unknownReference(option, field, known)
    }
    if (reference !== undefined && pins.has(reference.target)) {
      const why = `Every row that refers to ${reference.target} gets the row that is pinned.`
      throw contradiction(`${option}.${field}`, `pin.${reference.target}`, why)
    }
    policies.set(field, expectPolicy(`${option}.${field}`, policy))
  }
  return policies
}

function expectPolicy(option: string, policy: unknown): MissingPolicy {
  const found = POLICIES.find((known) => known === policy)
  if (found === undefined) {
    throw unknownMissingPolicy(option, policy, POLICIES)
  }
  return found
}
