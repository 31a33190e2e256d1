import type { Manifest, ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { type RowPlace, unknownField, withinRow } from './rows-error.js'
import { buildValueEncoder, type ValueEncoder } from './value-encoder.js'

/** The first so many rows of a model say which columns are sent. */
export const ROWS_THAT_DECIDE = 1000

/** The columns that the rows of a model are sent with. */
export interface RowColumns {
  readonly model: ManifestModel
  /** In schema order. */
  readonly list: readonly RowColumn[]
  /** The fields of `list`. */
  readonly fields: ReadonlySet<string>
}

/** A field and how its values are written. */
export interface RowColumn extends ValueEncoder {
  readonly field: string
  /** CSV of a row that lacks the field; null where that is an error. */
  readonly absent: string | null
  /** Whether something fills the field in where all rows lack it. */
  readonly isDefault: boolean
}

/**
 * The columns that the first rows have: a field is left to its default where none of them has it.
 *
 * @throws {GyroError} `ROWS.UNKNOWN_FIELD`, `ROWS.FAILED`.
 */
export function chooseRowColumns(
  model: ManifestModel,
  enums: Manifest['enums'],
  rows: readonly object[],
): RowColumns {
  const given = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const place = { model: model.name, row: index + 1 }
    for (const field of withinRow(place, () => givenFields(row))) {
      if (!given.has(field)) expectField(place, field, model)
      given.add(field)
    }
  }
  const columns = model.columns.filter(({ field }) => rows.length === 0 || given.has(field))
  return {
    model,
    list: columns.map((column) => buildRowColumn(column, enums)),
    fields: new Set(columns.map(({ field }) => field)),
  }
}

/** The properties of a row: one that is undefined is absent. */
export function givenFields(row: object): readonly string[] {
  return Object.entries(row).flatMap(([field, value]) => (value === undefined ? [] : [field]))
}

/** @throws {GyroError} `ROWS.UNKNOWN_FIELD`. */
export function expectField(place: RowPlace, field: string, { columns }: ManifestModel): void {
  const known = columns.map((column) => column.field)
  if (!known.includes(field)) throw unknownField(place, field, known)
}

function buildRowColumn(column: ManifestColumn, enums: Manifest['enums']): RowColumn {
  const isDefault = column.default !== null || column.isUpdatedAt
  return {
    ...buildValueEncoder(column, enums),
    field: column.field,
    absent: isDefault ? null : absentOf(column),
    isDefault,
  }
}

/** As Prisma Client has it: a list is empty, another optional field is NULL. */
function absentOf({ isList, isRequired }: ManifestColumn): string | null {
  if (isList) return '{}'
  return isRequired ? null : ''
}
