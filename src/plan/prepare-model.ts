import type { ManifestModel } from '../manifest/manifest.js'
import { type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import { decideRole } from './decide-role.js'
import { findBusinessKey } from './find-business-key.js'
import { listMadeColumns } from './made-columns.js'
import type { PickedKey } from './pick-key.js'
import type { PlanFindings } from './plan-findings.js'
import { prepareReference } from './prepare-reference.js'
import type { BusinessKey, PreparedColumn, PreparedModel } from './prepared-import.js'
import type { SourceModel } from './source-model.js'

/** Decides what becomes of each column of a file. */
export function prepareModel(source: SourceModel, findings: PlanFindings): PreparedModel {
  const { model, table } = source
  const live = findTable(findings.catalog, table)
  const columns = source.headers.map((header, index): PreparedColumn => {
    const column = source.columns.find((matched) => matched.index === index)?.column
    if (column === undefined) return leaveOut(header)
    const liveColumn = findColumn(live, column.column)
    return {
      header,
      field: column.field,
      column: column.column,
      type: liveColumn?.type ?? '',
      highest: liveColumn?.highest ?? null,
      role: decideRole(model, column, findings, liveColumn),
      sequence: liveColumn?.sequence ?? null,
      isReadable: liveColumn?.canSelect ?? false,
    }
  })
  const made = listMadeColumns(source, live)
  const picked = findings.keys.get(model.name) ?? null
  const isByBusiness = source.strategy === 'match' || picked?.key.kind === 'hashed'
  return {
    model: model.name,
    table,
    isOwner: live?.isOwner ?? false,
    source: source.file,
    dialect: source.dialect,
    technique: 'checked',
    strategy: source.strategy,
    headers: source.headers,
    columns,
    made,
    primaryKey: findPrimaryKey(model, [...columns.filter(isSent), ...made]),
    key: picked?.key ?? null,
    businessKey: isByBusiness ? prepareBusinessKey(model, picked, { columns, live }) : null,
    estimatedRows: source.estimatedRows,
    references: model.references.flatMap(
      (reference) => prepareReference(reference, { model, columns, live, findings }) ?? [],
    ),
    tableColumns: live?.columns.map(({ name }) => name) ?? [],
    foreignKeys: live?.foreignKeys.filter(({ isEnforced }) => isEnforced) ?? [],
    partitions: live?.partitions ?? [],
    triggers: live?.triggers ?? [],
  }
}

function isSent({ role }: PreparedColumn): boolean {
  return role.kind !== 'drop'
}

/** Null when there is none; the plan says so. */
function prepareBusinessKey(
  model: ManifestModel,
  picked: PickedKey | null,
  {
    columns,
    live,
  }: { readonly columns: readonly PreparedColumn[]; readonly live: CatalogTable | undefined },
): BusinessKey | null {
  const fields = findBusinessKey(model, picked?.field ?? null) ?? []
  const [first, ...others] = fields.flatMap((field) => {
    const index = columns.findIndex((column) => column.field === field)
    if (index === -1) return []
    const { column, type } = columns[index] as PreparedColumn
    return [{ column, type, index, isNullable: findColumn(live, column)?.isNotNull === false }]
  })
  return first === undefined ? null : [first, ...others]
}

/** @param filled The columns that get a value from the file or from the loader. */
function findPrimaryKey(
  { primaryKey, columns }: ManifestModel,
  filled: readonly { readonly column: string }[],
): readonly string[] | null {
  const key = columns.filter(({ field }) => primaryKey?.includes(field)).map(({ column }) => column)
  const isWhole = key.every((column) => filled.some((each) => each.column === column))
  return key.length > 0 && isWhole ? key : null
}

/** A column of the file that no column of the table takes. */
function leaveOut(header: string): PreparedColumn {
  return {
    header,
    field: '',
    column: '',
    type: '',
    highest: null,
    role: { kind: 'drop' },
    sequence: null,
    isReadable: false,
  }
}
