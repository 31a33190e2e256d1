import type { ManifestModel } from '../manifest/manifest.js'
import { type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import { isByBusinessKey } from './check-business-key.js'
import { decideRole } from './decide-role.js'
import { businessKeyOf } from './find-business-key.js'
import { identifierOf } from './identifier-of.js'
import { listMadeColumns } from './made-columns.js'
import type { PickedKey } from './pick-key.js'
import type { PlanFindings } from './plan-findings.js'
import { prepareConflict } from './prepare-conflict.js'
import { prepareReference } from './prepare-reference.js'
import type { PreparedColumn } from './prepared-column.js'
import type { PreparedModel } from './prepared-import.js'
import type {
  BusinessKey,
  BusinessKeyColumn,
  PartialMatch,
  PreparedIdentity,
} from './prepared-key.js'
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
      isNotNull: liveColumn?.isNotNull ?? false,
      role: decideRole(model, column, findings, liveColumn),
      sequence: liveColumn?.sequence ?? null,
      isAlwaysIdentity: liveColumn?.isAlwaysIdentity ?? false,
      isReadable: liveColumn?.canSelect ?? false,
    }
  })
  const made = listMadeColumns(source, live)
  const picked = findings.keys.get(model.name) ?? null
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
    businessKey: isByBusinessKey(source, picked)
      ? prepareBusinessKey(source, picked, { columns, live })
      : null,
    fixedKey: prepareFixedKey(source, picked, { columns, live, findings }),
    identity: prepareIdentity(source, { columns, live }, findings),
    partialMatch: preparePartialMatch(source, { columns, live }),
    conflict: prepareConflict(source, { columns, made, picked }, live),
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

/** What a partial index says of the rows that are matched by its columns. */
function preparePartialMatch(
  { model, conflict }: SourceModel,
  at: { readonly columns: readonly PreparedColumn[]; readonly live: CatalogTable | undefined },
): PartialMatch | null {
  const { isMatched = false, index = null, fields = [] } = conflict ?? {}
  if (!isMatched || index === null || index.predicate === null) {
    return null
  }
  const { predicate, nullsEqual, usedColumns } = index
  const others = model.columns
    .filter(({ field, column }) => usedColumns.includes(column) && !fields.includes(field))
    .map(({ field }) => field)
  return { predicate, nullsEqual, columns: locateColumns(others, at) }
}

/** Null when there is none; the plan says so. */
function prepareBusinessKey(
  source: SourceModel,
  picked: PickedKey | null,
  {
    columns,
    live,
  }: { readonly columns: readonly PreparedColumn[]; readonly live: CatalogTable | undefined },
): BusinessKey | null {
  const fields = businessKeyOf(source, picked?.field ?? null) ?? []
  const [first, ...others] = locateColumns(fields, { columns, live })
  return first === undefined ? null : [first, ...others]
}

/** A key that no row can take over, of a model that is matched by something else. */
function prepareFixedKey(
  source: SourceModel,
  picked: PickedKey | null,
  {
    columns,
    live,
    findings,
  }: {
    readonly columns: readonly PreparedColumn[]
    readonly live: CatalogTable | undefined
    readonly findings: PlanFindings
  },
): readonly BusinessKeyColumn[] {
  const { model } = source
  const identifier = identifierOf(model)
  const fields = picked === null && isByBusinessKey(source, null) ? businessKeyOf(source, null) : []
  const isByOther = identifier.some((field) => fields?.includes(field) === false)
  return isByOther && fields?.length !== 0 && findings.referred.has(model.name)
    ? locateColumns(identifier, { columns, live })
    : []
}

/** Null where no hash is made of its rows, or they cannot be told; the plan says so. */
function prepareIdentity(
  { model }: SourceModel,
  at: { readonly columns: readonly PreparedColumn[]; readonly live: CatalogTable | undefined },
  { identities, tables }: PlanFindings,
): PreparedIdentity | null {
  const { key = [], fields = null } = identities.models.get(model.name) ?? {}
  if (fields === null) {
    return null
  }
  const nameOf = (owner: string, field: string) =>
    tables.models.get(owner)?.columns.find((each) => each.field === field)?.column ?? ''
  const parts = fields.flatMap((field) => {
    const parent = identities.parentOf(model.name, field)
    const on = (parent?.on ?? []).map((pair) => ({
      column: nameOf(model.name, pair.field),
      target: nameOf(parent?.model ?? '', pair.targetField),
    }))
    return locateColumns([field], at).map((column) => ({
      ...column,
      parent: parent === null ? null : { model: parent.model, on },
    }))
  })
  return { key: locateColumns(key, at), parts }
}

/** Where the files have fields: those that they lack are left out. */
function locateColumns(
  fields: readonly string[],
  {
    columns,
    live,
  }: { readonly columns: readonly PreparedColumn[]; readonly live: CatalogTable | undefined },
): readonly BusinessKeyColumn[] {
  return fields.flatMap((field) => {
    const index = columns.findIndex((column) => column.field === field)
    if (index === -1) return []
    const { column, type } = columns[index] as PreparedColumn
    return [{ column, type, index, isNullable: findColumn(live, column)?.isNotNull === false }]
  })
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
    isNotNull: false,
    role: { kind: 'drop' },
    sequence: null,
    isAlwaysIdentity: false,
    isReadable: false,
  }
}
