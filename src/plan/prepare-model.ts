import type { ManifestColumn, ManifestModel, ManifestReference } from '../manifest/manifest.js'
import { type Catalog, type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import { isSameTable } from '../postgres/identifier.js'
import { decideRole, type RoleContext } from './decide-role.js'
import { listMadeColumns } from './made-columns.js'
import type { PreparedColumn, PreparedModel, PreparedReference } from './prepared-import.js'
import type { SourceModel } from './source-model.js'

/** What a plan has found out so far. */
export interface PlanFindings extends RoleContext {
  readonly catalog: Catalog
  /** Schema of models without `@@schema`. */
  readonly schema: string
}

/** Decides what becomes of each column of a file. */
export function prepareModel(source: SourceModel, findings: PlanFindings): PreparedModel {
  const { model, table } = source
  const live = findTable(findings.catalog, table)
  const columns = source.columns.map(({ header, column }): PreparedColumn => {
    const liveColumn = findColumn(live, column.column)
    return {
      header,
      field: column.field,
      column: column.column,
      type: liveColumn?.type ?? '',
      role: decideRole(model, column, findings, liveColumn),
      sequence: liveColumn?.sequence ?? null,
      isReadable: liveColumn?.canSelect ?? false,
    }
  })
  return {
    model: model.name,
    table,
    source: source.file,
    technique: 'checked',
    strategy: source.strategy,
    headers: source.headers,
    columns,
    made: listMadeColumns(source, live),
    key: findings.keys.get(model.name)?.key ?? null,
    estimatedRows: source.estimatedRows,
    references: model.references.flatMap(
      (reference) => prepareReference(reference, { columns, live, findings }) ?? [],
    ),
    foreignKeys: live?.foreignKeys.filter(({ isEnforced }) => isEnforced) ?? [],
  }
}

/** Null when the file lacks a column of the reference: its rows refer to nothing then. */
function prepareReference(
  { name, fields, target, targetFields }: ManifestReference,
  {
    columns,
    live,
    findings,
  }: {
    readonly columns: readonly PreparedColumn[]
    readonly live: CatalogTable | undefined
    readonly findings: PlanFindings
  },
): PreparedReference | null {
  const own = fields.flatMap((field) => columns.find((column) => column.field === field) ?? [])
  if (own.length < fields.length) {
    return null
  }
  // Both are there: names within a manifest are checked when it is read.
  const model = findings.manifest.models.find(({ name }) => name === target) as ManifestModel
  const targetColumns = targetFields.map((field) => columnOf(model, field))
  const targetTable = { schema: model.schema ?? findings.schema, table: model.table }
  const names = own.map(({ column }) => column)
  const [followed = null] = own.flatMap(({ column, role }) =>
    role.kind === 'reference' ? [{ column, owner: role.owner }] : [],
  )
  const enforced = live?.foreignKeys.some(
    (key) =>
      key.isEnforced &&
      isSameTable(key.target, targetTable) &&
      isSamePairs(key, { columns: names, targetColumns }),
  )
  const isReadable =
    own.every((column) => column.isReadable) &&
    findTable(findings.catalog, targetTable)?.columns.every(({ canSelect }) => canSelect)
  return {
    name,
    columns: names,
    targetModel: target,
    target: targetTable,
    targetColumns,
    followed,
    check: enforced ? 'foreign key' : followed && isReadable ? 'look-up' : 'none',
  }
}

function columnOf({ columns }: ManifestModel, wanted: string): string {
  return (columns.find(({ field }) => field === wanted) as ManifestColumn).column
}

interface ColumnPairs {
  readonly columns: readonly string[]
  readonly targetColumns: readonly string[]
}

/** Whether two references join the same columns, in whatever order. */
function isSamePairs(a: ColumnPairs, b: ColumnPairs): boolean {
  const pairs = ({ columns, targetColumns }: ColumnPairs) =>
    columns
      .map((column, index) => JSON.stringify([column, targetColumns[index]]))
      .sort()
      .join()
  return pairs(a) === pairs(b)
}
