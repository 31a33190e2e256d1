import type { GyroError } from '../error/gyro-error.js'
import type { ManifestModel } from '../manifest/manifest.js'
import type { CatalogTable } from '../postgres/catalog.js'
import { findByColumn, targetOf } from './complete-references.js'
import { type ModelPlace, unknownReference } from './plan-error.js'
import type { SourceModel } from './source-model.js'

/**
 * Finds foreign keys whose values the file has, while the column of imported rows that they refer to
 * is none of the schema: the database fills it, so that the values would mean other rows.
 *
 * @param imported By `tableKey`.
 */
export function checkForeignKeys(
  source: SourceModel,
  { live, place }: { readonly live: CatalogTable; readonly place: ModelPlace },
  imported: ReadonlyMap<string, ManifestModel>,
): readonly GyroError[] {
  const present = new Set(source.columns.map(({ column }) => column.column))
  return live.foreignKeys
    .filter(({ columns }) => columns.every((column) => present.has(column)))
    .flatMap((foreignKey) => {
      const target = targetOf(foreignKey, imported)
      const { name: constraint, columns, targetColumns } = foreignKey
      const unknown =
        target === undefined
          ? []
          : targetColumns.filter((column) => findByColumn(target, column) === undefined)
      return target === undefined || unknown.length === 0
        ? []
        : [unknownReference(place, { constraint, columns, target: target.name, unknown })]
    })
}
