import type { ManifestColumn, ManifestModel, ManifestReference } from '../manifest/manifest.js'
import { type Catalog, findTable } from '../postgres/catalog.js'
import type { CatalogForeignKey } from '../postgres/catalog-foreign-key.js'
import { tableKey } from '../postgres/identifier.js'
import { standsFor, unknownForeignKeys } from './foreign-keys.js'
import type { ManifestTables } from './manifest-tables.js'
import type { SourceModel } from './source-model.js'

/**
 * Gives each model the references that only the database knows, named by their constraints: rows are
 * ordered by them and follow new keys through them as through any other. Prisma leaves a relation out
 * that is ignored, and a schema may be behind its database.
 */
export function completeReferences(
  sources: readonly SourceModel[],
  catalog: Catalog,
  tables: ManifestTables,
): readonly SourceModel[] {
  const imported = new Map(sources.map((source) => [tableKey(source.table), source.model]))
  return sources.map((source) => {
    const { model, table } = source
    const live = findTable(catalog, table)
    const added = unknownForeignKeys(model, live, tables)
      .filter((key, index, all) => !all.slice(0, index).some((other) => standsFor(key, other)))
      .flatMap((key) => toReference(model, key, targetOf(key, imported)) ?? [])
    return { ...source, model: { ...model, references: [...model.references, ...added] } }
  })
}

/** The imported model that a foreign key refers to; a partition of its table is its table too. */
export function targetOf(
  { target, targetRoot }: CatalogForeignKey,
  imported: ReadonlyMap<string, ManifestModel>,
): ManifestModel | undefined {
  return imported.get(tableKey(target)) ?? imported.get(tableKey(targetRoot))
}

/** Null when it is of rows that are not imported, or of a column that no file can hold. */
function toReference(
  model: ManifestModel,
  foreignKey: CatalogForeignKey,
  target: ManifestModel | undefined,
): ManifestReference | null {
  const columns = foreignKey.columns.flatMap((name) => findByColumn(model, name) ?? [])
  const targetColumns =
    target === undefined
      ? []
      : foreignKey.targetColumns.flatMap((name) => findByColumn(target, name) ?? [])
  const isKnown = [columns, targetColumns].every((own) => own.length === foreignKey.columns.length)
  return target === undefined || !isKnown
    ? null
    : {
        name: foreignKey.name,
        fields: columns.map(({ field }) => field),
        target: target.name,
        targetFields: targetColumns.map(({ field }) => field),
        isNullable: columns.some(({ isRequired }) => !isRequired),
        origin: 'relation',
      }
}

/** The column of this database name; undefined when the manifest has none. */
export function findByColumn({ columns }: ManifestModel, name: string): ManifestColumn | undefined {
  return columns.find(({ column }) => column === name)
}
