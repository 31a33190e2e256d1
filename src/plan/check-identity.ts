import type { GyroError } from '../error/gyro-error.js'
import type { CatalogTable } from '../postgres/catalog.js'
import {
  type BusinessKeyContext,
  checkKeyColumns,
  checkPrivileges,
  findIncomparable,
  isByBusinessKey,
} from './check-business-key.js'
import { businessKeyOf } from './find-business-key.js'
import { partialReference, passingBusinessKey, unusableBusinessKey } from './key-error.js'
import type { ModelPlace } from './plan-error.js'
import type { SourceModel } from './source-model.js'

/** What stands against making hashes of the rows of a model: of its own, or of those below it. */
export function checkIdentity(
  source: SourceModel,
  at: { readonly live: CatalogTable; readonly place: ModelPlace },
  context: BusinessKeyContext,
): readonly GyroError[] {
  const { name } = source.model
  const { key = [], fields = null } = context.identities.models.get(name) ?? {}
  if (fields === null) {
    return []
  }
  const own = isByBusinessKey(source, context.keys.get(name))
    ? []
    : checkToldRows(source, { ...at, key, fields }, context)
  return [...own, ...fields.flatMap((field) => checkPart(name, field, context))]
}

/** Rows that are not looked up themselves, but told by what they are for those below them. */
function checkToldRows(
  source: SourceModel,
  {
    live,
    place,
    key,
    fields,
  }: {
    readonly live: CatalogTable
    readonly place: ModelPlace
    readonly key: readonly string[]
    readonly fields: readonly string[]
  },
  { keys, catalog }: BusinessKeyContext,
): readonly GyroError[] {
  const { model } = source
  const own = keys.get(model.name)?.field
  const obstacle =
    own !== undefined && fields.includes(own)
      ? `${own} gets new values, which no row has yet`
      : findIncomparable(model, live, fields)
  if (obstacle !== null) {
    return [unusableBusinessKey(model.name, fields, obstacle)]
  }
  return [
    ...checkKeyColumns(fields, source, place),
    ...checkPrivileges([...key, ...fields], { source, live, place }, catalog),
  ]
}

/** A part of a business key stands for a value or for a row, which must have a business key itself. */
function checkPart(
  model: string,
  field: string,
  { identities, sources, keys }: BusinessKeyContext,
): readonly GyroError[] {
  const parent = identities.parentOf(model, field)
  if (parent === null) {
    return []
  }
  const { fields: known = null } = identities.models.get(model) ?? {}
  const { key = [], fields = null } = identities.models.get(parent.model) ?? {}
  if (fields === null) {
    const source = sources.get(parent.model)
    const picked = keys.get(parent.model)
    const isTold = source !== undefined && isByBusinessKey(source, picked)
    const isReported = isTold && businessKeyOf(source, picked?.field ?? null) === null
    return isReported ? [] : [passingBusinessKey({ model, field }, parent.model)]
  }
  const isWhole = parent.on?.every((pair) => known?.includes(pair.field)) ?? false
  return isWhole ? [] : [partialReference({ model, field }, { owner: parent.model, key })]
}
