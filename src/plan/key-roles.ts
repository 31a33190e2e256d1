import type { GyroError } from '../error/gyro-error.js'
import type { ManifestModel } from '../manifest/manifest.js'
import { keyConflict } from './plan-error.js'

/**
 * Whose key a field holds: the name of a model whose keys get new values, or null when the value
 * stays. Its own model means that the field is the key.
 */
export interface KeyRoles {
  readonly ownerOf: (model: string, field: string) => string | null
  /**
   * Whose key the key of a model is a reference to, though rows of it may get another one; null where
   * it is none or the value stays.
   */
  readonly followedBy: (model: string) => string | null
  readonly problems: readonly GyroError[]
}

/**
 * Follows references to the key they end at: through composite keys, keys that are themselves
 * references (`Profile.userId → User.id`) and references to those. A reference to a model that is
 * not among `models` is to a row that the database has: its value stays.
 *
 * @param models Those of the import.
 * @param assigned Field of each model that gets new values, if it has one.
 */
export function buildKeyRoles(
  models: readonly ManifestModel[],
  assigned: ReadonlyMap<string, string>,
): KeyRoles {
  const imported = new Map(models.map((model) => [model.name, model]))
  const problems: GyroError[] = []
  const roles = new Map<string, string | null>()
  const followed = new Map<string, string>()

  const resolve = (model: ManifestModel, field: string, path: readonly string[]): string | null => {
    const place = `${model.name}.${field}`
    const known = roles.get(place)
    if (known !== undefined) return known
    // References in a circle (two keys that are references to each other) have no end to follow.
    if (path.includes(place)) return null
    const owners = new Set<string>()
    for (const { target, targetField } of targetsOf(model, field)) {
      const next = imported.get(target)
      const owner = next && resolve(next, targetField, [...path, place])
      if (owner) owners.add(owner)
    }
    if (owners.size > 1) problems.push(keyConflict(model.name, field, [...owners]))
    const [target = null] = owners
    const isOwn = assigned.get(model.name) === field
    if (isOwn && target !== null) followed.set(model.name, target)
    const owner = isOwn ? model.name : target
    roles.set(place, owner)
    return owner
  }

  for (const model of models) {
    for (const { field } of model.columns) resolve(model, field, [])
  }
  return {
    ownerOf: (model, field) => roles.get(`${model}.${field}`) ?? null,
    followedBy: (model) => followed.get(model) ?? null,
    problems,
  }
}

/** The fields that a field refers to. One that stands for itself (a tenant's id in both keys) is none. */
export function targetsOf(
  model: ManifestModel,
  field: string,
): readonly { readonly target: string; readonly targetField: string }[] {
  return model.references.flatMap(({ target, fields, targetFields }) =>
    fields.flatMap((name, index) => {
      const targetField = targetFields[index] as string
      const isItself = target === model.name && targetField === field
      return name === field && !isItself ? [{ target, targetField }] : []
    }),
  )
}
