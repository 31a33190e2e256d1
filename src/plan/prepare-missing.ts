import type { OnMissing } from '../keys/reference-guard.js'
import type { ManifestModel, ManifestReference } from '../manifest/manifest.js'
import { findColumn, findTable } from '../postgres/catalog.js'
import { findSpelling } from './find-key-shape.js'
import { locateReference, tableOf } from './manifest-tables.js'
import { askedPolicyOf, isToldByKeys, policyOf } from './missing-policy.js'
import type { PreparedMissing } from './missing-reference.js'
import type { PlanFindings } from './plan-findings.js'

type Findings = Omit<PlanFindings, 'manifest' | 'values'>

/**
 * Decides what becomes of rows whose reference has no row in the files. Where that is asked for and new
 * keys do not tell it, the keys of the model referred to are read beforehand.
 */
export function prepareMissing(
  model: ManifestModel,
  reference: ManifestReference,
  findings: Findings,
): PreparedMissing {
  const policy = policyOf(model, reference, findings)
  const { columns } = locateReference(model, reference, findings.tables)
  const nulled = policy === 'null' ? findNullable(model, reference, findings) : []
  const own = listOwnFields(model, reference)
  const isOwn = (_: string, index: number) => own.includes(reference.fields[index] as string)
  const isChecked = policy === 'fail' || policy === 'reject'
  const guarded = isChecked ? columns.slice(0, 1) : columns.filter(isOwn)
  const onMissing = (column: string): OnMissing =>
    isChecked ? 'fail' : nulled.includes(column) ? 'null' : 'keep'
  return {
    policy,
    nulled,
    guards: isGuarded(model, reference, findings)
      ? guarded.map((column) => ({ column, onMissing: onMissing(column) }))
      : [],
    spellings: listSpellings(model, reference, findings),
  }
}

/** Whether the keys of the files are looked through. */
function isGuarded(
  model: ManifestModel,
  reference: ManifestReference,
  findings: Findings,
): boolean {
  const { roles } = findings
  const asked = askedPolicyOf(model, reference, findings)
  const isFollowed = reference.fields.some((field) => roles.ownerOf(model.name, field) !== null)
  return (
    asked !== null && (asked !== 'keep' || isFollowed) && !isToldByKeys(model, reference, findings)
  )
}

/** The fields that no other reference of the model has: only they may be written otherwise. */
function listOwnFields(
  { references }: ManifestModel,
  reference: ManifestReference,
): readonly string[] {
  const others = references.filter((each) => each !== reference)
  return reference.fields.filter((field) => !others.some(({ fields }) => fields.includes(field)))
}

/** The columns by which a row can refer to nothing, and that belong to no other reference. */
function findNullable(
  model: ManifestModel,
  reference: ManifestReference,
  { catalog, tables }: Findings,
): readonly string[] {
  const own = listOwnFields(model, reference)
  const live = findTable(catalog, tableOf(model, tables))
  return locateReference(model, reference, tables).columns.filter(
    (column, index) =>
      own.includes(reference.fields[index] as string) &&
      findColumn(live, column)?.isNotNull === false,
  )
}

/** How the keys are spelled that a reference holds; null where that cannot be compared. */
function listSpellings(
  model: ManifestModel,
  reference: ManifestReference,
  { catalog, tables }: Findings,
): PreparedMissing['spellings'] {
  const { target, targetColumns } = locateReference(model, reference, tables)
  const live = findTable(catalog, target)
  const spellings = targetColumns.flatMap((name) => {
    const column = findColumn(live, name)
    return (column && findSpelling(column)) ?? []
  })
  return spellings.length === targetColumns.length ? spellings : null
}
