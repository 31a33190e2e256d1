import type { Manifest, ManifestModel, ManifestReference } from '../manifest/manifest.js'
import { type TableName, tableKey } from '../postgres/identifier.js'

/** The models of a manifest and the tables that they mean in one database. */
export interface ManifestTables {
  /** By the Prisma name. */
  readonly models: ReadonlyMap<string, ManifestModel>
  /** By `tableKey`. */
  readonly byTable: ReadonlyMap<string, ManifestModel>
  /** Schema of models without `@@schema`. */
  readonly schema: string
}

/** @param schema Of models without `@@schema`. */
export function indexManifest({ models }: Manifest, schema: string): ManifestTables {
  return {
    models: new Map(models.map((model) => [model.name, model])),
    byTable: new Map(models.map((model) => [tableKey(tableOf(model, { schema })), model])),
    schema,
  }
}

/** The table of a model. */
export function tableOf(
  model: { readonly schema: string | null; readonly table: string },
  { schema }: Pick<ManifestTables, 'schema'>,
): TableName {
  return { schema: model.schema ?? schema, table: model.table }
}

/** A reference in the names of the database. */
export interface TableReference {
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
}

/** What a reference of a model is in the database. */
export function locateReference(
  model: ManifestModel,
  { fields, target, targetFields }: ManifestReference,
  tables: ManifestTables,
): TableReference {
  // All names are there: those within a manifest are checked when it is read.
  const other = tables.models.get(target) as ManifestModel
  return {
    columns: columnsOf(model, fields),
    target: tableOf(other, tables),
    targetColumns: columnsOf(other, targetFields),
  }
}

function columnsOf({ columns }: ManifestModel, fields: readonly string[]): readonly string[] {
  const byField = new Map(columns.map(({ field, column }) => [field, column]))
  return fields.map((field) => byField.get(field) as string)
}
