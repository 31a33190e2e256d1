import type { ManifestModel } from '../manifest/manifest.js'
import { buildKeyRoles, type KeyRoles } from './key-roles.js'
import { type PickedKey, pickKey, pickPinnedKey } from './pick-key.js'
import type { PlanFindings } from './plan-findings.js'
import type { PreparedPin } from './prepared-key.js'
import type { SourceModel } from './source-model.js'

/**
 * Which keys get new values, and which fields follow them. Those of a pinned model are followed though
 * it has no file.
 */
export function assignKeys(
  sources: readonly SourceModel[],
  pins: readonly PreparedPin[],
  { catalog, tables }: Pick<PlanFindings, 'catalog' | 'tables'>,
): Pick<PlanFindings, 'keys' | 'roles'> {
  const pinned = new Map(pins.map(({ model, field }) => [model, field]))
  const keys = new Map(
    sources.flatMap((source) => {
      const { name } = source.model
      const field = pinned.get(name)
      const key =
        field === undefined ? pickKey(source, catalog) : pickPinnedKey(source, field, catalog)
      return key === null ? [] : [[name, key] as const]
    }),
  )
  const assigned = new Map([...keys].map(([name, { field }]) => [name, field]))
  const models = new Map(sources.map(({ model }) => [model.name, model]))
  for (const [name, field] of pinned) {
    assigned.set(name, field)
    if (!models.has(name)) models.set(name, tables.models.get(name) as ManifestModel)
  }
  const roles = buildKeyRoles([...models.values()], assigned)
  const complete = [...keys].map(
    ([name, picked]) => [name, completeKey(name, picked, roles)] as const,
  )
  return { keys: new Map(complete), roles }
}

/** Says whose keys those rows take that are not there, of a model whose key is a reference. */
function completeKey(name: string, picked: PickedKey, { followedBy }: KeyRoles): PickedKey {
  const { key } = picked
  if (key.kind !== 'matched' || key.otherwise?.kind !== 'followed') {
    return picked
  }
  const owner = followedBy(name)
  const otherwise = owner === null ? null : { ...key.otherwise, owner }
  return { ...picked, key: { ...key, otherwise } }
}
