import type { ManifestModel } from '../manifest/manifest.js'
import type { CatalogTable } from '../postgres/catalog.js'
import type { CatalogForeignKey } from '../postgres/catalog-foreign-key.js'
import { isSameTable } from '../postgres/identifier.js'
import { locateReference, type ManifestTables, type TableReference } from './manifest-tables.js'

/** The foreign keys of a table that no reference of its model stands for. */
export function unknownForeignKeys(
  model: ManifestModel,
  live: CatalogTable | undefined,
  tables: ManifestTables,
): readonly CatalogForeignKey[] {
  const known = model.references.map((reference) => locateReference(model, reference, tables))
  return (live?.foreignKeys ?? []).filter(
    (foreignKey) => !known.some((reference) => standsFor(foreignKey, reference)),
  )
}

/** Whether a foreign key joins the columns that a reference does, in whatever order. */
export function standsFor(foreignKey: CatalogForeignKey, reference: TableReference): boolean {
  const { target, targetRoot } = foreignKey
  return (
    (isSameTable(target, reference.target) || isSameTable(targetRoot, reference.target)) &&
    pairsOf(foreignKey) === pairsOf(reference)
  )
}

function pairsOf({ columns, targetColumns }: Omit<TableReference, 'target'>): string {
  return columns
    .map((column, index) => JSON.stringify([column, targetColumns[index]]))
    .sort()
    .join()
}
