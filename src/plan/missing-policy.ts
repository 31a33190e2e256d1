import type { OnMissing } from '../keys/reference-guard.js'
import type { ManifestModel, ManifestReference } from '../manifest/manifest.js'
import type { KeyRoles } from './key-roles.js'
import type { AskedPolicies, MissingPolicy } from './missing-reference.js'
import type { PickedKey } from './pick-key.js'
import type { PreparedKey } from './prepared-key.js'

/** What a policy depends on. */
export interface MissingContext {
  readonly askedPolicies: AskedPolicies
  /** By model: those whose keys get new values. */
  readonly keys: ReadonlyMap<string, PickedKey>
  readonly roles: KeyRoles
  /** Models whose rows all become one that is there. */
  readonly pinned: ReadonlySet<string>
  /** The models of the import. */
  readonly imported: ReadonlyMap<string, ManifestModel>
}

/**
 * What is asked for a reference. Else `fail` where it follows new keys, and `keep` where its values mean
 * the same in the files and in the database.
 */
export function policyOf(
  model: ManifestModel,
  reference: ManifestReference,
  context: MissingContext,
): MissingPolicy {
  const { keys, roles } = context
  const owners = reference.fields.flatMap((field) => roles.ownerOf(model.name, field) ?? [])
  const isFollowing = owners.some((owner) => !keepsOthers(keys.get(owner)?.key))
  return askedPolicyOf(model, reference, context) ?? (isFollowing ? 'fail' : 'keep')
}

/** Null where nothing is asked, or no row can be missing as all are one that is there. */
export function askedPolicyOf(
  model: ManifestModel,
  { name, target }: ManifestReference,
  { askedPolicies, pinned }: Pick<MissingContext, 'askedPolicies' | 'pinned'>,
): MissingPolicy | null {
  return pinned.has(model.name) || pinned.has(target) ? null : askedPolicies(model.name, name)
}

/** Whether keys stay but for those of rows that the database has under another. */
function keepsOthers(key: PreparedKey | undefined): boolean {
  return key?.kind === 'matched' && key.otherwise === null
}

/**
 * Whether the new keys of the model referred to tell by themselves which rows the files have: not where
 * any source key would get one.
 */
export function isToldByKeys(
  model: ManifestModel,
  { fields, target, targetFields }: ManifestReference,
  { keys, roles }: Pick<MissingContext, 'keys' | 'roles'>,
): boolean {
  const picked = keys.get(target)
  const [field = ''] = fields
  return (
    picked !== undefined &&
    fields.length === 1 &&
    picked.field === targetFields[0] &&
    roles.ownerOf(model.name, field) === target &&
    knowsItsKeys(picked.key)
  )
}

function knowsItsKeys(key: PreparedKey): boolean {
  return key.kind === 'matched'
    ? key.otherwise?.kind === 'reserved'
    : key.kind !== 'made' && key.kind !== 'pinned'
}

/**
 * What becomes of a field that follows the keys of a model where these do not have its value. A field
 * that refers to a reference of another model goes the way of that. Where references of one field
 * disagree, it fails.
 */
export function onMissingKey(
  model: ManifestModel,
  field: string,
  context: MissingContext,
): OnMissing {
  return resolveOnMissing(model, field, { ...context, path: [] })
}

function resolveOnMissing(
  model: ManifestModel,
  field: string,
  context: MissingContext & { readonly path: readonly string[] },
): OnMissing {
  const { keys, roles, imported } = context
  const place = `${model.name}.${field}`
  const owner = roles.ownerOf(model.name, field)
  const path = [...context.path, place]
  if (owner === null || context.path.includes(place)) return 'fail'
  const ways = model.references.flatMap((reference) => {
    const targetField = reference.targetFields[reference.fields.indexOf(field)]
    const target = imported.get(reference.target)
    if (targetField === undefined || target === undefined) return []
    if (roles.ownerOf(target.name, targetField) !== owner) return []
    const isKey = target.name === owner && keys.get(owner)?.field === targetField
    const isSingle = reference.fields.length === 1
    return [{ reference, target, targetField, isKey, isDirect: isKey && isSingle }]
  })
  const direct = ways.filter(({ isDirect }) => isDirect)
  const answers = (direct.length > 0 ? direct : ways).map(
    ({ reference, target, targetField, isKey, isDirect }) =>
      isKey
        ? answerOf(policyOf(model, reference, context), isDirect)
        : resolveOnMissing(target, targetField, { ...context, path }),
  )
  const [first = 'fail'] = answers
  return answers.every((answer) => answer === first) ? first : 'fail'
}

/** @param isAlone Whether the reference has no other column that could become NULL instead. */
function answerOf(policy: MissingPolicy, isAlone: boolean): OnMissing {
  if (policy === 'null') return isAlone ? 'null' : 'keep'
  return policy === 'keep' ? 'keep' : 'fail'
}
