import type { ManifestModel } from '../manifest/manifest.js'
import { type ManifestTables, tableOf } from '../plan/manifest-tables.js'
import { type Catalog, type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import { displayName, qualify, quoteIdentifier } from '../postgres/identifier.js'
import {
  type ExportPlace,
  missingColumns,
  missingPrivileges,
  missingTable,
  rowSecurity,
} from './export-error.js'

/** A model with the table that it was looked for in. */
interface LiveModel {
  readonly model: ManifestModel
  readonly place: ExportPlace
  readonly live: CatalogTable
}

/**
 * Makes sure that every row and every column of the models can be read. A slice tells rows by system
 * columns, for which no grant of single columns is enough.
 *
 * @throws {GyroError} `EXPORT.MISSING_TABLE`, `EXPORT.MISSING_COLUMN`, `EXPORT.MISSING_PRIVILEGE`,
 * `EXPORT.ROW_SECURITY`.
 */
export function expectReadable(
  models: readonly ManifestModel[],
  catalog: Catalog,
  tables: ManifestTables,
  { isSlice }: { readonly isSlice: boolean },
): void {
  const found = models.map((model): LiveModel => {
    const place = { model: model.name, table: tableOf(model, tables) }
    const live = findTable(catalog, place.table)
    if (live === undefined) throw missingTable(place)
    return { model, place, live }
  })
  for (const each of found) expectColumns(each)
  expectPrivileges(found, catalog.role, isSlice)
  const hidden = found.filter(({ live }) => live.hasRowSecurity).map(({ place }) => place)
  if (hidden.length > 0) throw rowSecurity(catalog.role, hidden)
}

function expectColumns({ model, place, live }: LiveModel): void {
  const missing = model.columns
    .filter(({ column, isSkipped }) => !isSkipped && findColumn(live, column) === undefined)
    .map(({ column }) => column)
  if (missing.length > 0) throw missingColumns(place, missing)
}

/** Of all models at once: whoever grants it should have to be asked only once. */
function expectPrivileges(found: readonly LiveModel[], role: string, isSlice: boolean): void {
  const barred = found
    .map(({ model, live }) => ({ model: model.name, lacking: listLacking(model, live, isSlice) }))
    .filter(({ lacking }) => lacking.length > 0)
  if (barred.length === 0) return
  const names = barred.map(({ model }) => model)
  const lacking = new Map(
    barred.flatMap((each) => each.lacking.map((missing) => [missing.on, missing] as const)),
  )
  throw missingPrivileges(role, names, [...lacking.values()])
}

function listLacking({ columns }: ManifestModel, live: CatalogTable, isSlice: boolean) {
  const isBarred = columns.some(({ column, isSkipped }) => {
    const found = findColumn(live, column)
    return !isSkipped && found !== undefined && !found.isGenerated && !found.isSelectGranted
  })
  return [
    ...(live.isReachable
      ? []
      : [{ privilege: 'usage', on: `schema ${quoteIdentifier(live.schema)}` }]),
    ...(isBarred || (isSlice && !live.canSelect)
      ? [{ privilege: 'select', on: `table ${qualify(live)}` }]
      : []),
  ]
}

/** What people should know of a source that can be read. */
export function warnOfSource(
  models: readonly ManifestModel[],
  catalog: Catalog,
  tables: ManifestTables,
): readonly string[] {
  return models.flatMap((model) => {
    const live = findTable(catalog, tableOf(model, tables))
    if (live === undefined) return []
    const table = displayName(live)
    const unknown = live.columns
      .filter(({ name }) => !model.columns.some(({ column }) => column === name))
      .map(({ name }) => name)
    return [
      ...(unknown.length === 0
        ? []
        : [`${model.name}: the schema lacks ${unknown.join(', ')} of ${table}: not exported.`]),
      ...(live.kind === 'f'
        ? [`${model.name}: ${table} is a foreign table: its rows are not of the same moment.`]
        : []),
    ]
  })
}
