import type { GyroError } from '../error/gyro-error.js'
import type { ManifestModel } from '../manifest/manifest.js'
import { type Catalog, type CatalogTable, findColumn } from '../postgres/catalog.js'
import { businessKeyOf } from './find-business-key.js'
import { circularBusinessKey, noBusinessKey, unusableBusinessKey } from './key-error.js'
import type { KeyRoles } from './key-roles.js'
import type { PickedKey } from './pick-key.js'
import {
  describeDatabase,
  describeTable,
  type ModelPlace,
  missingColumn,
  missingPrivilege,
} from './plan-error.js'
import type { RowIdentities } from './row-identities.js'
import type { SourceModel } from './source-model.js'
import { isWithoutEquality } from './value-type.js'

export interface BusinessKeyContext {
  readonly catalog: Catalog
  readonly keys: ReadonlyMap<string, PickedKey>
  readonly roles: KeyRoles
  readonly identities: RowIdentities
  /** By model. */
  readonly sources: ReadonlyMap<string, SourceModel>
}

/** What stands against finding the rows of a model in the database by their business key. */
export function checkBusinessKey(
  source: SourceModel,
  { live, place }: { readonly live: CatalogTable; readonly place: ModelPlace },
  context: BusinessKeyContext,
): readonly GyroError[] {
  const { model } = source
  const picked = context.keys.get(model.name)
  if (!isByBusinessKey(source, picked)) {
    return []
  }
  const own = picked?.field ?? null
  const fields = businessKeyOf(source, own)
  if (fields === null) {
    return [noBusinessKey(model.name)]
  }
  const obstacle = findObstacle(own, fields) ?? findIncomparable(model, live, fields)
  if (obstacle !== null) {
    return [unusableBusinessKey(model.name, fields, obstacle)]
  }
  const circle = findCircle(model.name, context)
  if (circle !== null) {
    return [circularBusinessKey(circle)]
  }
  const read = own === null ? fields : [...fields, own]
  return [
    ...checkKeyColumns(fields, source, place),
    ...checkPrivileges(read, { source, live, place }, context.catalog),
  ]
}

/** The fields of a business key that the file lacks. */
export function checkKeyColumns(
  fields: readonly string[],
  { model, columns }: SourceModel,
  place: ModelPlace,
): readonly GyroError[] {
  const why = `Rows of ${model.name} are told by ${fields.join(', ')}.`
  return fields
    .filter((field) => !columns.some(({ column }) => column.field === field))
    .map((name) => missingColumn(place, { name, why }))
}

/** Whether rows are told by a business key before they are loaded. */
export function isByBusinessKey(
  { strategy, conflict }: SourceModel,
  picked: PickedKey | undefined | null,
): boolean {
  const kind = picked?.key.kind
  // Where the INSERT itself sees to rows that are there, none is looked up.
  return kind === 'hashed' || kind === 'matched' || (strategy === 'match' && conflict === null)
}

/** @param own The field that gets new keys, or null. */
function findObstacle(own: string | null, fields: readonly string[]): string | null {
  return own !== null && fields.includes(own)
    ? `${own} gets new values, which no row has yet`
    : null
}

/** A column that cannot be compared with that of the files. */
export function findIncomparable(
  { columns }: ManifestModel,
  live: CatalogTable,
  fields: readonly string[],
): string | null {
  for (const { field, column } of columns.filter((each) => fields.includes(each.field))) {
    const { isGenerated = false, valueType } = findColumn(live, column) ?? {}
    if (isGenerated) {
      return `${field} is computed by the database`
    }
    if (valueType !== undefined && isWithoutEquality(valueType)) {
      return `nothing of the type of ${field} equals anything in PostgreSQL`
    }
  }
  return null
}

/**
 * The models that would each have to be told before the next, back to the first; null for none. It is
 * told of each of its models that is matched or hashed; where there is none of these, of who is above.
 */
function findCircle(
  model: string,
  context: BusinessKeyContext,
  path: readonly string[] = [],
): readonly string[] | null {
  if (path.includes(model)) {
    const circle = path.slice(path.indexOf(model))
    const isOthers = circle.some((name) => isToldFirst(name, context))
    return circle[0] === path[0] || !isOthers ? [...circle, model] : null
  }
  for (const owner of findOwners(model, context)) {
    const circle = findCircle(owner, context, [...path, model])
    if (circle !== null) return circle
  }
  return null
}

function isToldFirst(name: string, { sources, keys }: BusinessKeyContext): boolean {
  const source = sources.get(name)
  return source !== undefined && isByBusinessKey(source, keys.get(name))
}

/** The models whose rows must be told before those of a model. */
function findOwners(name: string, context: BusinessKeyContext): readonly string[] {
  const { sources, keys, roles, identities } = context
  const source = sources.get(name)
  const isMatched = source !== undefined && isToldFirst(name, context)
  const fields = isMatched ? businessKeyOf(source, keys.get(name)?.field ?? null) : null
  const owners = (fields ?? []).map((field) => roles.ownerOf(name, field))
  const matched = [...owners, roles.followedBy(name)].flatMap((owner) => {
    const kind = owner === null ? undefined : keys.get(owner)?.key.kind
    return owner !== null && (kind === 'matched' || kind === 'hashed') ? [owner] : []
  })
  const parts = identities.models.get(name)?.fields ?? []
  const told = parts.flatMap((field) => identities.parentOf(name, field)?.model ?? [])
  return [...new Set([...matched, ...told])]
}

/** Rows are compared on the server: it reads the columns, from a temporary table and from the target. */
export function checkPrivileges(
  fields: readonly string[],
  at: {
    readonly source: SourceModel
    readonly live: CatalogTable
    readonly place: ModelPlace
  },
  { role, database, canCreateTemporary }: Catalog,
): readonly GyroError[] {
  const { source, live, place } = at
  const isHidden = source.model.columns
    .filter(({ field }) => fields.includes(field))
    .some(({ column }) => findColumn(live, column)?.canSelect === false)
  const missing = (privilege: string, on: string, reason: string) =>
    missingPrivilege(place, role, { privilege, on, for: reason })
  return [
    ...(isHidden ? [missing('select', describeTable(live), 'to find rows that are there')] : []),
    ...(canCreateTemporary
      ? []
      : [missing('temporary', describeDatabase(database), 'to compare rows with those there')]),
  ]
}
