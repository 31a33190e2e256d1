import type { GyroError } from '../error/gyro-error.js'
import { countHashes, HASH_TEXT_LENGTH } from '../keys/hash-key.js'
import { countOfShape, lengthOfShape } from '../keys/key-shape.js'
import { type Catalog, type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { identifierOf } from './identifier-of.js'
import { hashesRunOut, keysMayMeet, keyTooLong, noKeyShape, noOwnKey } from './key-error.js'
import { targetsOf } from './key-roles.js'
import type { PickedKey } from './pick-key.js'
import type { HashedKey, MadeKey } from './prepared-key.js'
import type { SourceModel } from './source-model.js'
import { valueTypeOf } from './value-type.js'

/** Of the hashes of a type, so many must be free for each that is taken. */
const MIN_HASHES_PER_ROW = 64

/** The chance that two new keys are the same must be below one in this. */
const MIN_ODDS = 1e6

/** What stands against the strategy of a model: it cannot make keys that fit, or enough of them. */
export function checkKey(
  source: SourceModel,
  picked: PickedKey | null,
  catalog: Catalog,
): readonly GyroError[] {
  const key = picked?.key.kind === 'matched' ? picked.key.otherwise : picked?.key
  if (picked && key?.kind === 'made') {
    return checkMadeKey(source, { ...key, field: picked.field }, catalog)
  }
  if (picked?.key.kind === 'hashed') {
    return checkHashedKey(source, { ...picked.key, field: picked.field }, catalog)
  }
  if (source.strategy === 'custom') {
    return picked === null ? [noOwnKey(source.model.name)] : []
  }
  const { model, strategy, columns } = source
  const identifier = identifierOf(model)
  const [field] = identifier
  // References follow new keys, and a key that the file lacks is made by somebody else.
  const isNew =
    picked !== null ||
    identifier.some((name) => targetsOf(model, name).length > 0) ||
    !identifier.every((name) => columns.some(({ column }) => column.field === name))
  return strategy !== 'fresh' || field === undefined || isNew ? [] : [noKeyShape(model.name, field)]
}

function checkMadeKey(
  { model, table, estimatedRows }: SourceModel,
  { field, column, shape }: MadeKey & { readonly field: string },
  catalog: Catalog,
): readonly GyroError[] {
  // A key that was picked is there.
  const live = findTable(catalog, table) as CatalogTable
  const most = maxLengthOf(live, column)
  const length = lengthOfShape(shape)
  if (most !== null && length > most) {
    return [keyTooLong(model.name, field, { length, most })]
  }
  const there = Math.max(live.estimatedRows, 0)
  const pairs = (estimatedRows * (estimatedRows + 2 * there)) / 2
  return pairs * MIN_ODDS > countOfShape(shape) ? [keysMayMeet(model.name, field, length)] : []
}

function checkHashedKey(
  { model, table, estimatedRows }: SourceModel,
  { field, column, hash }: HashedKey & { readonly field: string },
  catalog: Catalog,
): readonly GyroError[] {
  // A key that was picked is there.
  const live = findTable(catalog, table) as CatalogTable
  const most = maxLengthOf(live, column)
  if (hash === 'text' && most !== null && HASH_TEXT_LENGTH > most) {
    return [keyTooLong(model.name, field, { length: HASH_TEXT_LENGTH, most })]
  }
  const rows = estimatedRows + Math.max(live.estimatedRows, 0)
  const mostRows = Math.floor(countHashes(hash) / MIN_HASHES_PER_ROW)
  return rows > mostRows ? [hashesRunOut(model.name, field, mostRows)] : []
}

/** Null where a column takes texts of any length, or none. */
function maxLengthOf(live: CatalogTable, column: string): number | null {
  const { valueType } = findColumn(live, column) as CatalogColumn
  return valueTypeOf(valueType, []).maxLength
}
