import type { Manifest, ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { type KeyRoles, targetsOf } from './key-roles.js'
import type { PickedKey } from './pick-key.js'
import type { ColumnRole } from './prepared-import.js'

/** What a column's role depends on beside the column. */
export interface RoleContext {
  readonly manifest: Manifest
  /** By model: those whose keys get new values. */
  readonly keys: ReadonlyMap<string, PickedKey>
  readonly roles: KeyRoles
}

/** What becomes of a column of a file. `live` is its column in the database. */
export function decideRole(
  model: ManifestModel,
  column: ManifestColumn,
  { manifest, keys, roles }: RoleContext,
  live: CatalogColumn | undefined,
): ColumnRole {
  const owner = roles.ownerOf(model.name, column.field)
  if (live?.isGenerated) {
    return { kind: 'drop' }
  }
  if (keys.get(model.name)?.field === column.field) {
    return { kind: 'key' }
  }
  if (owner !== null) {
    return { kind: 'reference', owner, target: targetOf(model, column.field, owner, roles) }
  }
  const texts = column.isList ? new Map<string, string>() : translationsOf(column, manifest)
  if (texts.size > 0) {
    return { kind: 'translate', texts }
  }
  return live?.sequence ? { kind: 'track' } : { kind: 'copy' }
}

/** The model whose rows a field refers to, of those that follow the keys of `owner`. */
function targetOf(model: ManifestModel, field: string, owner: string, roles: KeyRoles): string {
  const follows = targetsOf(model, field).filter(
    ({ target, targetField }) => roles.ownerOf(target, targetField) === owner,
  )
  return (follows[0] as { readonly target: string }).target
}

/**
 * Enum names that the database stores as something else. A text that is a value of the database is
 * left as it is, even if it is the name of another value too.
 */
function translationsOf(column: ManifestColumn, { enums }: Manifest): ReadonlyMap<string, string> {
  const values = enums.find(({ name }) => name === column.enum)?.values ?? []
  const stored = new Set(values.map(({ value }) => value))
  return new Map(
    values.filter(({ name }) => !stored.has(name)).map(({ name, value }) => [name, value]),
  )
}
