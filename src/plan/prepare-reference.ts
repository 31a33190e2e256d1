import type { ManifestModel, ManifestReference } from '../manifest/manifest.js'
import { type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import { standsFor } from './foreign-keys.js'
import { locateReference } from './manifest-tables.js'
import type { PlanFindings } from './plan-findings.js'
import { prepareMissing } from './prepare-missing.js'
import type { PreparedColumn } from './prepared-column.js'
import type { PreparedReference } from './prepared-import.js'

interface ReferenceContext {
  readonly model: ManifestModel
  /** Of the file. */
  readonly columns: readonly PreparedColumn[]
  readonly live: CatalogTable | undefined
  readonly findings: PlanFindings
}

/** Null when the import fills no column of the reference: the database says what rows refer to. */
export function prepareReference(
  reference: ManifestReference,
  { model, columns, live, findings }: ReferenceContext,
): PreparedReference | null {
  const sent = columns.filter(({ role }) => role.kind !== 'drop')
  const own = reference.fields.flatMap(
    (field) => sent.find((column) => column.field === field) ?? [],
  )
  if (own.length < reference.fields.length) {
    return null
  }
  const located = locateReference(model, reference, findings.tables)
  const [followed = null] = own.flatMap(({ column, role }) =>
    role.kind === 'reference' ? [{ column, owner: role.owner }] : [],
  )
  const isEnforced = live?.foreignKeys.some((key) => key.isEnforced && standsFor(key, located))
  const key = findings.keys.get(model.name)?.key
  const isRange = (owner: string) => findings.keys.get(owner)?.key.kind === 'reserved'
  const keepsValues = own.some(({ role }) => role.kind === 'reference' && role.onMissing === 'keep')
  const missing = prepareMissing(model, reference, findings)
  const isKept = keepsValues || missing.guards.some(({ onMissing }) => onMissing === 'keep')
  // The key has an index, a reference need not have one. Of new keys that are no range, none tells; and
  // a reference tells none of the rows whose values stay.
  const [knownBy = null] = [
    ...(key?.isReadable ? [{ column: key.column, owner: model.name }] : []),
    ...(followed === null || isKept ? [] : [followed]),
  ].filter(({ owner }) => isRange(owner))
  const { target, targetColumns } = located
  const canLookUp =
    live?.hasRowSecurity === false &&
    own.every(({ isReadable }) => isReadable) &&
    canFind(targetColumns, findTable(findings.catalog, target)) &&
    (knownBy !== null || canTellOwnRows(live))
  return {
    name: reference.name,
    ...located,
    targetModel: reference.target,
    followed,
    check: isEnforced ? 'foreign key' : canLookUp ? 'look-up' : 'none',
    knownBy,
    missing,
  }
}

/** Whether the role sees every row that may be referred to. */
function canFind(columns: readonly string[], target: CatalogTable | undefined): boolean {
  return (
    target?.hasRowSecurity === false &&
    columns.every((column) => findColumn(target, column)?.canSelect === true)
  )
}

/** Whether rows tell which transaction wrote them. Those of a foreign table do not. */
function canTellOwnRows(live: CatalogTable | undefined): boolean {
  return live?.canSelect === true && live.kind !== 'f'
}
