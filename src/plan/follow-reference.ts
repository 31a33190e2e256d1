import type { ManifestReference } from '../manifest/manifest.js'
import { targetsOf } from './key-roles.js'
import type { SourceModel } from './source-model.js'

/** Prisma names: a field, and the one of another model that it holds. */
export interface IdentityPair {
  readonly field: string
  readonly targetField: string
}

/**
 * The fields of a model that hold, together, the key of the row of `owner` which one of them stands
 * for: through references to references, too. Null where the model holds a part of it only.
 *
 * @param sources By model.
 */
export function followReference(
  sources: ReadonlyMap<string, SourceModel>,
  from: { readonly model: string; readonly field: string },
  to: { readonly owner: string; readonly key: readonly string[] },
  path: readonly string[] = [],
): readonly IdentityPair[] | null {
  const place = `${from.model}.${from.field}`
  const source = sources.get(from.model)
  if (source === undefined || path.includes(place)) {
    return null
  }
  const ways = source.model.references.filter(({ fields }) => fields.includes(from.field))
  for (const reference of ways) {
    const pairs = pairUp(reference)
    const next = pairs.find(({ field }) => field === from.field) as IdentityPair
    const isFollowed = targetsOf(source.model, from.field).some(
      ({ target, targetField }) => target === reference.target && targetField === next.targetField,
    )
    if (!isFollowed) continue
    const behind =
      reference.target === to.owner
        ? to.key.map((field) => ({ field, targetField: field }))
        : followReference(sources, { model: reference.target, field: next.targetField }, to, [
            ...path,
            place,
          ])
    const whole = behind?.flatMap(({ field, targetField }) => {
      const own = pairs.find((pair) => pair.targetField === field)
      return own === undefined ? [] : [{ field: own.field, targetField }]
    })
    if (whole?.length === to.key.length) return whole
  }
  return null
}

function pairUp({ fields, targetFields }: ManifestReference): readonly IdentityPair[] {
  return fields.map((field, index) => ({ field, targetField: targetFields[index] as string }))
}
