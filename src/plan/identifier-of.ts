import type { ManifestModel } from '../manifest/manifest.js'

/** The fields that identify a row: the primary key, else the first unique that no row may lack. */
export function identifierOf({ primaryKey, uniques, columns }: ManifestModel): readonly string[] {
  const required = columns.filter(({ isRequired }) => isRequired).map(({ field }) => field)
  const unique = uniques.find((fields) => fields.every((field) => required.includes(field)))
  return primaryKey ?? unique ?? []
}
