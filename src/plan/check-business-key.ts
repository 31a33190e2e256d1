import type { GyroError } from '../error/gyro-error.js'
import type { ManifestModel } from '../manifest/manifest.js'
import { type Catalog, type CatalogTable, findColumn } from '../postgres/catalog.js'
import { businessKeyOf } from './find-business-key.js'
import { identifierOf } from './identifier-of.js'
import {
  circularBusinessKey,
  noBusinessKey,
  passingBusinessKey,
  unusableBusinessKey,
} from './key-error.js'
import type { KeyRoles } from './key-roles.js'
import type { PickedKey } from './pick-key.js'
import {
  describeDatabase,
  describeTable,
  type ModelPlace,
  missingColumn,
  missingPrivilege,
} from './plan-error.js'
import type { SourceModel } from './source-model.js'
import { isWithoutEquality } from './value-type.js'

interface BusinessKeyContext {
  readonly catalog: Catalog
  readonly keys: ReadonlyMap<string, PickedKey>
  readonly roles: KeyRoles
  /** By model. */
  readonly sources: ReadonlyMap<string, SourceModel>
}

/** What stands against finding the rows of a model in the database by their business key. */
export function checkBusinessKey(
  source: SourceModel,
  { live, place }: { readonly live: CatalogTable; readonly place: ModelPlace },
  context: BusinessKeyContext,
): readonly GyroError[] {
  const { model, columns } = source
  const picked = context.keys.get(model.name)
  if (!isByBusinessKey(source, picked)) {
    return []
  }
  const own = picked?.field ?? null
  const fields = businessKeyOf(source, own)
  if (fields === null) {
    return [noBusinessKey(model.name)]
  }
  const obstacle = findObstacle(model, own, fields) ?? findIncomparable(model, live, fields)
  if (obstacle !== null) {
    return [unusableBusinessKey(model.name, fields, obstacle)]
  }
  const circle = findCircle(model.name, context)
  if (circle !== null) {
    return [circularBusinessKey(circle)]
  }
  const passing =
    picked?.key.kind === 'hashed' ? findPassingOwner(model.name, fields, context) : null
  if (passing !== null) {
    return [passingBusinessKey(model.name, passing)]
  }
  const why = `Rows of ${model.name} are told by ${fields.join(', ')}.`
  const missing = fields
    .filter((field) => !columns.some(({ column }) => column.field === field))
    .map((name) => missingColumn(place, { name, why }))
  const read = own === null ? fields : [...fields, own]
  return [...missing, ...checkPrivileges(read, { source, live, place }, context.catalog)]
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
function findObstacle(
  model: ManifestModel,
  own: string | null,
  fields: readonly string[],
): string | null {
  if (own !== null) {
    return fields.includes(own) ? `${own} gets new values, which no row has yet` : null
  }
  const identifier = identifierOf(model)
  const isKey =
    fields.length === identifier.length && fields.every((field) => identifier.includes(field))
  return isKey || identifier.length === 0
    ? null
    : `its key (${identifier.join(', ')}) cannot become that of another row`
}

/** A column that cannot be compared with that of the files. */
function findIncomparable(
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

/** The models that would each have to be matched before the next, back to the first; null for none. */
function findCircle(
  model: string,
  context: BusinessKeyContext,
  path: readonly string[] = [],
): readonly string[] | null {
  if (path.includes(model)) {
    return path[0] === model ? [...path, model] : null
  }
  for (const owner of findOwners(model, context)) {
    const circle = findCircle(owner, context, [...path, model])
    if (circle !== null) return circle
  }
  return null
}

/** What a hash is made of must be the same in every run: the model whose new keys are not; or null. */
function findPassingOwner(
  model: string,
  fields: readonly string[],
  { keys, roles }: BusinessKeyContext,
): string | null {
  const owners = fields.flatMap((field) => roles.ownerOf(model, field) ?? [])
  return owners.find((owner) => keys.get(owner)?.key.kind !== 'hashed') ?? null
}

/** The models whose matched or hashed keys the business key of a model is made of. */
function findOwners(name: string, { sources, keys, roles }: BusinessKeyContext): readonly string[] {
  const source = sources.get(name)
  const fields = source && businessKeyOf(source, keys.get(name)?.field ?? null)
  return (fields ?? []).flatMap((field) => {
    const owner = roles.ownerOf(name, field)
    const kind = owner === null ? undefined : keys.get(owner)?.key.kind
    return owner !== null && (kind === 'matched' || kind === 'hashed') ? [owner] : []
  })
}

/** Rows are compared on the server: it reads the columns, from a temporary table and from the target. */
function checkPrivileges(
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
