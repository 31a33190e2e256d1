import type { GyroError } from '../error/gyro-error.js'
import type { CatalogForeignKey, CatalogTable } from '../postgres/catalog.js'
import { isSameTable } from '../postgres/identifier.js'
import type { KeyRoles } from './key-roles.js'
import { unknownReference } from './plan-error.js'
import type { SourceModel } from './source-model.js'

/**
 * Finds foreign keys of a table that the schema does not know, where the rows referred to get new
 * keys: the values would stay as they are and refer to other rows, without a word.
 */
export function checkForeignKeys(
  source: SourceModel,
  live: CatalogTable,
  { sources, roles }: { sources: ReadonlyMap<string, SourceModel>; roles: KeyRoles },
): readonly GyroError[] {
  return live.foreignKeys.flatMap((foreignKey) => {
    const { name, target } = foreignKey
    const other = [...sources.values()].find(({ table }) => isSameTable(table, target))
    const columns = other === undefined ? [] : findStrays(source, other, foreignKey, roles)
    return other === undefined || columns.length === 0
      ? []
      : [unknownReference(source, { constraint: name, columns, target: other.model.name })]
  })
}

/** Columns of the file that do not follow the new keys that their counterparts follow. */
function findStrays(
  source: SourceModel,
  target: SourceModel,
  { columns, targetColumns }: CatalogForeignKey,
  roles: KeyRoles,
): readonly string[] {
  return columns.filter((column, index) => {
    const field = source.columns.find((matched) => matched.column.column === column)?.column.field
    const owner = ownerOf(target, targetColumns[index] as string, roles)
    return (
      field !== undefined && owner !== null && roles.ownerOf(source.model.name, field) !== owner
    )
  })
}

function ownerOf({ model }: SourceModel, column: string, roles: KeyRoles): string | null {
  const field = model.columns.find((candidate) => candidate.column === column)?.field
  return field === undefined ? null : roles.ownerOf(model.name, field)
}
