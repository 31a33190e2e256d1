import type { Manifest, ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { notARow, type RowPlace, unknownField, withinRow } from './rows-error.js'
import { buildValueEncoder, describeType, type ValueEncoder } from './value-encoder.js'

/** The first so many rows of a model say which columns are sent. */
export const ROWS_THAT_DECIDE = 1000

/** The columns that the rows of a model are sent with. */
export interface RowColumns {
  readonly model: ManifestModel
  /** In schema order. */
  readonly list: readonly RowColumn[]
  /** The fields of `list`. */
  readonly fields: ReadonlySet<string>
  /** All fields of the model. */
  readonly known: ReadonlyMap<string, RowColumn>
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
 * @param skipsBad Whether a row that cannot be written does not decide, rather than being the end.
 * @throws {GyroError} `ROWS.UNKNOWN_FIELD`, `ROWS.NOT_A_ROW`, `ROWS.FAILED`.
 */
export function chooseRowColumns(
  model: ManifestModel,
  enums: Manifest['enums'],
  { rows, skipsBad }: { readonly rows: readonly unknown[]; readonly skipsBad: boolean },
): RowColumns {
  const columns = model.columns.map((column) => buildRowColumn(column, enums))
  const known = new Map(columns.map((column) => [column.field, column]))
  const given = new Set<string>()
  let deciding = 0
  for (const [index, row] of rows.entries()) {
    const place = { model: model.name, row: index + 1 }
    const fields = withinRow(place, () => {
      if (!skipsBad) return givenFields(expectRow(row, place))
      return isRow(row) && isWritable(row, known) ? givenFields(row) : null
    })
    if (fields === null) continue
    deciding++
    for (const field of fields) {
      if (!given.has(field)) expectField(place, field, model)
      given.add(field)
    }
  }
  const list = columns.filter(({ field }) => deciding === 0 || given.has(field))
  return { model, list, fields: new Set(list.map(({ field }) => field)), known }
}

/** @throws {GyroError} `ROWS.NOT_A_ROW`. */
export function expectRow(value: unknown, place: RowPlace): object {
  if (!isRow(value)) throw notARow(place, describeType(value))
  return value
}

/** Whether something may be a row. */
export function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether every value of a row is one of its field. */
function isWritable(row: object, known: RowColumns['known']): boolean {
  return Object.entries(row).every(
    ([field, value]) => value === undefined || known.get(field)?.encode(value) !== undefined,
  )
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
