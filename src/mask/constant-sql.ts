import type { ManifestEnum } from '../manifest/manifest.js'
import { quoteLiteral } from '../postgres/identifier.js'
import { invalidMask, notUnique } from './mask-error.js'
import { isText, limitOf, type MaskedColumn, uniquenessOf } from './masked-column.js'
import { argumentOf } from './read-masks.js'

/**
 * NULL of the type of a column.
 *
 * @throws {GyroError} `MASK.INVALID_MASK` where it may not be NULL.
 */
export function nullSql({ column, place }: MaskedColumn): string {
  const { live } = column
  if (live.isNotNull || (column.column.isRequired && !column.column.isList)) {
    const fix = `Use another mask, such as --mask ${place.model}.${place.field}=constant:<text>.`
    throw invalidMask(place, 'It is required, so that it cannot be NULL.', fix)
  }
  return `null::${live.type}`
}

/**
 * A constant of the type of a column, as a literal.
 *
 * @throws {GyroError} `MASK.INVALID_MASK`, `MASK.NOT_UNIQUE`.
 */
export function constantSql(masked: MaskedColumn, enums: readonly ManifestEnum[]): string {
  const { column, place, mask } = masked
  const { live } = column
  if (uniquenessOf(masked) !== null) {
    throw notUnique(place, 'It is unique, but all rows would get the same value.')
  }
  const text = argumentOf(mask) ?? ''
  const limit = isText(live) ? limitOf(live) : null
  if (limit !== null && [...text].length > limit) {
    const why = `The constant has more characters than the ${limit} that the column takes.`
    throw invalidMask(place, why, 'Write a shorter one.')
  }
  const type = enums.find(({ name }) => name === column.column.enum)
  if (type === undefined || column.column.isList) return `${quoteLiteral(text)}::${live.type}`
  const value = type.values.find(({ name, value: stored }) => name === text || stored === text)
  if (value === undefined) {
    const names = type.values.map(({ name }) => name).join(', ')
    throw invalidMask(place, `The enum ${type.name} has no such value.`, `Write one of ${names}.`)
  }
  return `${quoteLiteral(value.value)}::${live.type}`
}
