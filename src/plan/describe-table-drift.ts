import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { type CatalogTable, findColumn } from '../postgres/catalog.js'
import type { CatalogForeignKey } from '../postgres/catalog-foreign-key.js'
import { displayName, tableKey } from '../postgres/identifier.js'
import { findByColumn } from './complete-references.js'
import { standsFor, unknownForeignKeys } from './foreign-keys.js'
import { listNames } from './list-names.js'
import { locateReference, type ManifestTables, tableOf } from './manifest-tables.js'

interface DriftContext {
  readonly manifest: Manifest
  readonly tables: ManifestTables
}

/** Where a model and its table differ: columns, references, what is required. */
export function describeTableDrift(
  model: ManifestModel,
  live: CatalogTable,
  context: DriftContext,
): readonly string[] {
  return [
    ...describeColumns(model, live),
    ...describeNullability(model, live),
    ...describeMissingForeignKeys(model, live, context),
    ...describeUnknownForeignKeys(model, live, context),
  ]
}

function describeColumns(model: ManifestModel, live: CatalogTable): readonly string[] {
  const table = displayName(live)
  const missing = model.columns.filter(({ column }) => findColumn(live, column) === undefined)
  const unknown = live.columns.filter(({ name }) => findByColumn(model, name) === undefined)
  return [
    ...listNames(
      missing.map(({ column }) => column),
      (list) => `${model.name}: ${table} lacks the columns ${list}.`,
    ),
    ...listNames(
      unknown.map(({ name }) => name),
      (list) => `${model.name}: ${table} has the columns ${list}, which the schema lacks.`,
    ),
  ]
}

/** Lists are left out: Prisma has none that are optional, and makes their columns nullable. */
function describeNullability({ name, columns }: ManifestModel, live: CatalogTable) {
  return columns.flatMap(({ field, column, isRequired, isList }) => {
    const found = findColumn(live, column)
    if (found === undefined || isList || found.isNotNull === isRequired) {
      return []
    }
    return isRequired
      ? [`${name}.${field} is required in the schema, but may be NULL in the database.`]
      : [`${name}.${field} is optional in the schema, but required in the database.`]
  })
}

function describeMissingForeignKeys(
  model: ManifestModel,
  live: CatalogTable,
  { manifest, tables }: DriftContext,
): readonly string[] {
  if (manifest.relationMode === 'prisma') {
    return []
  }
  return model.references
    .filter(({ origin }) => origin === 'relation')
    .filter((reference) => {
      const located = locateReference(model, reference, tables)
      return !live.foreignKeys.some((foreignKey) => standsFor(foreignKey, located))
    })
    .map(({ name }) => `${model.name}.${name}: ${displayName(live)} has no foreign key for it.`)
}

function describeUnknownForeignKeys(
  model: ManifestModel,
  live: CatalogTable,
  { manifest, tables }: DriftContext,
): readonly string[] {
  return unknownForeignKeys(model, live, tables)
    .filter((foreignKey) => !isHidden(model, foreignKey, { manifest, tables }))
    .map(
      ({ name, columns, target }) =>
        `${model.name}: ${displayName(live)} (${columns.join(', ')}) refers to ${displayName(target)} by ${name}, which the schema lacks.`,
    )
}

/** Whether the schema leaves a relation out on purpose: Prisma shows none through what is ignored. */
function isHidden(
  model: ManifestModel,
  { columns, target, targetRoot, targetColumns }: CatalogForeignKey,
  { manifest, tables }: DriftContext,
): boolean {
  const targets = [tableKey(target), tableKey(targetRoot)]
  const other = targets.map((key) => tables.byTable.get(key)).find((found) => found !== undefined)
  return (
    columns.some((column) => findByColumn(model, column)?.isHidden) ||
    targetColumns.some((column) => other && findByColumn(other, column)?.isHidden) ||
    manifest.excluded.some((each) => targets.includes(tableKey(tableOf(each, tables))))
  )
}
