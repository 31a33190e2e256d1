import type { ExportPlan } from '../slice/export-plan.js'
import { breaksReference } from './mask-error.js'
import { columnKey, hashShapeOf, limitOf, type MaskedColumn } from './masked-column.js'
import type { HashShape } from './value-hash.js'

/** A column of a model that is a part of a key or of a reference, and those that it must equal. */
interface LinkedColumn {
  readonly model: string
  readonly column: string
  /** Of this column and another one: the model, the name of the reference, and the other's key. */
  readonly links: { readonly reference: string; readonly to: string }[]
}

/**
 * The shapes of hashes in columns that references connect: the same value must become the same in all of
 * them.
 *
 * @returns By `columnKey`, for masked columns that take part in a reference.
 * @throws {GyroError} `MASK.BREAKS_REFERENCE` naming the reference and the mask that completes it.
 */
export function checkReferences(
  masked: readonly MaskedColumn[],
  plans: ReadonlyMap<string, ExportPlan>,
): ReadonlyMap<string, HashShape> {
  const linked = linkColumns(plans)
  const byKey = new Map(masked.map((each) => [keyOf(each), each]))
  const shapes = new Map<string, HashShape>()
  for (const each of masked) {
    const key = keyOf(each)
    expectTargets(each, plans)
    if (!linked.has(key)) {
      expectHashedKey(each)
      continue
    }
    const group = groupOf(key, linked).map((other) => linked.get(other) as LinkedColumn)
    expectHashable(each, group)
    for (const { model, column, links } of group) {
      if (byKey.has(columnKey(model, column))) continue
      throw missingMask(each, { model, column, reference: links[0]?.reference ?? '' }, plans)
    }
    const members = group.map(({ model, column }) => byKey.get(columnKey(model, column)))
    shapes.set(key, commonShape(each, members as readonly MaskedColumn[]))
  }
  return shapes
}

function keyOf({ plan, column }: MaskedColumn): string {
  return columnKey(plan.name, column.column.column)
}

function linkColumns(plans: ReadonlyMap<string, ExportPlan>): ReadonlyMap<string, LinkedColumn> {
  const linked = new Map<string, LinkedColumn>()
  const linkedOf = (model: string, column: string) => {
    const key = columnKey(model, column)
    const found = linked.get(key) ?? { model, column, links: [] }
    linked.set(key, found)
    return found
  }
  for (const { name, references } of plans.values()) {
    for (const reference of references) {
      reference.columns.forEach((column, index) => {
        const target = reference.targetColumns[index] as string
        const link = { reference: `${name}.${reference.name}` }
        const to = columnKey(reference.target, target)
        linkedOf(name, column).links.push({ ...link, to })
        linkedOf(reference.target, target).links.push({ ...link, to: columnKey(name, column) })
      })
    }
  }
  return linked
}

function groupOf(key: string, linked: ReadonlyMap<string, LinkedColumn>): readonly string[] {
  // A set grows while it is walked.
  const group = new Set([key])
  for (const each of group) {
    for (const { to } of linked.get(each)?.links ?? []) group.add(to)
  }
  return [...group]
}

/** A reference to a model that is not exported means rows that are there already: by their own values. */
function expectTargets(
  { plan, column, place }: MaskedColumn,
  plans: ReadonlyMap<string, ExportPlan>,
): void {
  const broken = plan.model.references.find(
    ({ target, fields }) => !plans.has(target) && fields.includes(column.column.field),
  )
  if (broken === undefined) return
  throw breaksReference(place, {
    reference: `${plan.name}.${broken.name}`,
    why: `It is a part of the reference ${plan.name}.${broken.name} to ${broken.target}, which is not exported, so that rows would refer to nothing.`,
    fix: `Export ${broken.target} as well, or leave the field as it is.`,
  })
}

/** Rows of a key that nothing refers to are told by it all the same. */
function expectHashedKey({ plan, column, kind, place }: MaskedColumn): void {
  const isKey = plan.identity.includes(column.column.column)
  const shape = hashShapeOf(column.live)
  if (!isKey || (kind === 'hash' && shape !== null && shape.type !== 'integer')) return
  throw breaksReference(place, {
    reference: place.field,
    why: `It is a part of the key of ${place.model}; only texts and uuids are masked there, and only by hash.`,
    fix: KEEP_KEY,
  })
}

const KEEP_KEY =
  'Leave it as it is: an import gives rows new keys, see --remap-strategy. Where it is a text or a uuid, mask it by hash.'

function expectHashable(masked: MaskedColumn, group: readonly LinkedColumn[]): void {
  const { place, kind, column } = masked
  const { valueType } = column.live
  const isHashable = HASHABLE.has(valueType.name) && !valueType.isArray
  if (isHashable && kind === 'hash') return
  const reference = group[0]?.links[0]?.reference ?? ''
  throw breaksReference(place, {
    reference,
    why: `It is a part of the reference ${reference}; only text, varchar and uuid are masked there, and only by hash, so that rows find each other.`,
    fix: isHashable ? `Write --mask ${place.model}.${place.field}=hash.` : KEEP_KEY,
  })
}

/** `char(n)` and `citext` are equal where their bytes are not. */
const HASHABLE: ReadonlySet<string> = new Set(['text', 'varchar', 'uuid'])

function missingMask(
  { place }: MaskedColumn,
  missing: { readonly model: string; readonly column: string; readonly reference: string },
  plans: ReadonlyMap<string, ExportPlan>,
): Error {
  const found = plans
    .get(missing.model)
    ?.columns.find(({ column }) => column.column === missing.column)
  const name = `${missing.model}.${found?.column.field ?? missing.column}`
  return breaksReference(place, {
    reference: missing.reference,
    why: `The reference ${missing.reference} connects it with ${name}, which would keep its values, so that rows would refer to nothing.`,
    fix: `Add --mask ${name}=hash.`,
  })
}

/** The narrowest column decides for all. */
function commonShape(masked: MaskedColumn, members: readonly MaskedColumn[]): HashShape {
  const { valueType } = masked.column.live
  const types = new Set(members.map(({ column }) => column.live.valueType.name === 'uuid'))
  if (types.size > 1) {
    throw breaksReference(masked.place, {
      reference: masked.place.field,
      why: 'References connect it with a column of another type, in which a hash would be written differently.',
      fix: 'Leave these columns as they are.',
    })
  }
  if (valueType.name === 'uuid') return { type: 'uuid' }
  const limits = members.map(({ column }) => limitOf(column.live)).filter((each) => each !== null)
  return { type: 'text', limit: limits.length === 0 ? null : Math.min(...limits) }
}
