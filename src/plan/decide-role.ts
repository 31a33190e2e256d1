import type { Manifest, ManifestColumn, ManifestEnum, ManifestModel } from '../manifest/manifest.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { buildValueRule } from '../values/build-value-rule.js'
import type { ValueRuleOptions } from '../values/value-rule.js'
import { type KeyRoles, targetsOf } from './key-roles.js'
import { type MissingContext, onMissingKey } from './missing-policy.js'
import type { ColumnRole } from './prepared-column.js'
import { valueTypeOf } from './value-type.js'

/** What a column's role depends on beside the column. */
export interface RoleContext extends MissingContext {
  readonly manifest: Manifest
  readonly values: ValueRuleOptions
}

/** What becomes of a column of a file. `live` is its column in the database. */
export function decideRole(
  model: ManifestModel,
  column: ManifestColumn,
  context: RoleContext,
  live: CatalogColumn | undefined,
): ColumnRole {
  const { manifest, keys, roles, values } = context
  const owner = roles.ownerOf(model.name, column.field)
  if (live?.isGenerated) {
    return { kind: 'drop' }
  }
  if (keys.get(model.name)?.field === column.field) {
    return { kind: 'key' }
  }
  if (owner !== null) {
    const target = targetOf(model, column.field, owner, roles)
    const onMissing = onMissingKey(model, column.field, context)
    return { kind: 'reference', owner, target, ...(onMissing === 'fail' ? {} : { onMissing }) }
  }
  if (live?.sequence) {
    return { kind: 'track' }
  }
  const rule =
    live && buildValueRule(valueTypeOf(live.valueType, enumValues(column, manifest)), values)
  return rule ? { kind: 'rule', rule } : { kind: 'copy' }
}

/** What the schema calls the values of an enum. */
function enumValues({ enum: name }: ManifestColumn, { enums }: Manifest): ManifestEnum['values'] {
  return enums.find((known) => known.name === name)?.values ?? []
}

/** The model whose rows a field refers to, of those that follow the keys of `owner`. */
function targetOf(model: ManifestModel, field: string, owner: string, roles: KeyRoles): string {
  const follows = targetsOf(model, field).filter(
    ({ target, targetField }) => roles.ownerOf(target, targetField) === owner,
  )
  return (follows[0] as { readonly target: string }).target
}
