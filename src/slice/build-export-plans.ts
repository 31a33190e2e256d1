import type { ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { findByColumn, targetOf } from '../plan/complete-references.js'
import { standsFor, unknownForeignKeys } from '../plan/foreign-keys.js'
import { identifierOf } from '../plan/identifier-of.js'
import { locateReference, type ManifestTables, tableOf } from '../plan/manifest-tables.js'
import { type Catalog, type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import { displayName, tableKey } from '../postgres/identifier.js'
import { type ExportColumn, ExportPlan, type ExportReference } from './export-plan.js'

/** A model whose table the database has. */
interface LiveModel {
  readonly model: ManifestModel
  readonly live: CatalogTable
}

/** A reference before it is known which of its columns can be given up. */
interface OpenReference extends Omit<ExportReference, 'nullable'> {
  /** Whether all of its columns have to be NULL where one is. */
  readonly isMatchFull: boolean
}

/**
 * A plan for each model, by its name. Columns that the database computes, that an annotation leaves out or
 * that one of both does not have are left out; who calls looks at those.
 *
 * @param models Those whose tables are in the catalog.
 */
export function buildExportPlans(
  models: readonly ManifestModel[],
  catalog: Catalog,
  tables: ManifestTables,
): ReadonlyMap<string, ExportPlan> {
  const live = models.flatMap((model) => {
    const table = findTable(catalog, tableOf(model, tables))
    return table === undefined ? [] : [{ model, live: table }]
  })
  const exported = new Set(live.map((each) => displayName(each.live)))
  const plans = new Map<string, ExportPlan>()
  const planOf = (name: string) => plans.get(name) as ExportPlan
  for (const { model, live: table } of live) {
    const columns = findColumns(model, table)
    const references = findReferences({ model, live: table }, live, tables)
    const identity = identifierOf(model).map((field) => columnOf(model, field))
    const parts = {
      model,
      table: { schema: table.schema, table: table.table },
      hasPlaces: ['r', 'p', 'm'].includes(table.kind),
      isDivided: table.kind === 'r' && table.relatives.some((name) => exported.has(name)),
      columns,
      references: references.map((reference): ExportReference => {
        const { isMatchFull: _, ...rest } = reference
        return { ...rest, nullable: findNullable(reference, references, { live: table, identity }) }
      }),
      identity,
      estimatedRows: table.estimatedRows,
    }
    plans.set(model.name, new ExportPlan(parts, planOf))
  }
  return plans
}

/** In schema order. */
function findColumns({ columns }: ManifestModel, table: CatalogTable): readonly ExportColumn[] {
  return columns.flatMap((column) => {
    const live = findColumn(table, column.column)
    return live === undefined || live.isGenerated || column.isSkipped
      ? []
      : [{ column, live, header: headerOf(column) }]
  })
}

/** Headers of a model are its own: none stands for two columns. */
function headerOf({ headers, field }: ManifestColumn): string {
  return headers[0] ?? field
}

function findReferences(
  { model, live }: LiveModel,
  models: readonly LiveModel[],
  tables: ManifestTables,
): readonly OpenReference[] {
  const byTable = new Map(models.map((each) => [tableKey(each.live), each.model]))
  const known = model.references
    .filter(({ target }) => models.some((each) => each.model.name === target))
    .map((reference): OpenReference => {
      const located = locateReference(model, reference, tables)
      const { columns, targetColumns } = located
      const foreignKeys = live.foreignKeys.filter(
        (key) => key.isEnforced && standsFor(key, located),
      )
      return {
        name: reference.name,
        columns,
        target: reference.target,
        targetColumns,
        hasForeignKey: foreignKeys.some((key) => key.isValidated),
        isMatchFull: foreignKeys.some((key) => key.isMatchFull),
      }
    })
  const added = unknownForeignKeys(model, live, tables)
    .filter((key, index, all) => !all.slice(0, index).some((other) => standsFor(key, other)))
    .flatMap((key): readonly OpenReference[] => {
      const target = targetOf(key, byTable)
      const { name, columns, targetColumns, isMatchFull } = key
      const hasForeignKey = key.isEnforced && key.isValidated
      const isKnown =
        target !== undefined &&
        columns.every((column) => findByColumn(model, column) !== undefined) &&
        targetColumns.every((column) => findByColumn(target, column) !== undefined)
      return isKnown
        ? [{ name, columns, target: target.name, targetColumns, hasForeignKey, isMatchFull }]
        : []
    })
  return [...known, ...added]
}

/**
 * A column that something else needs stays; without the others the reference is none all the same. A
 * column that stays and that no other reference fetches the row of would still name one that is not in:
 * an import could not give it a new key.
 */
function findNullable(
  reference: OpenReference,
  references: readonly OpenReference[],
  { live, identity }: { readonly live: CatalogTable; readonly identity: readonly string[] },
): readonly string[] {
  const others = references.filter((other) => other !== reference)
  const needed = new Set([...identity, ...others.flatMap(({ columns }) => columns)])
  const isNotNull = (column: string) => findColumn(live, column)?.isNotNull !== false
  const nullable = reference.columns.filter((column) => !needed.has(column) && !isNotNull(column))
  const staying = reference.columns.filter((column) => !nullable.includes(column))
  if (reference.isMatchFull && staying.length > 0) return []
  // Those are followed wherever the column has a value.
  const fetching = others.filter(({ columns }) => columns.length === 1 || columns.every(isNotNull))
  const isFetched = (column: string) => fetching.some(({ columns }) => columns.includes(column))
  return staying.every(isFetched) ? nullable : []
}

function columnOf(model: ManifestModel, field: string): string {
  const found = model.columns.find((column) => column.field === field) as ManifestColumn
  return found.column
}
