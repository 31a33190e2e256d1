import { isGyroError } from '../error/gyro-error.js'
import {
  expectField,
  expectRow,
  givenFields,
  isRow,
  ROWS_THAT_DECIDE,
  type RowColumn,
  type RowColumns,
} from './row-columns.js'
import {
  lateField,
  missingField,
  type RowPlace,
  rowsFailed,
  unstorableText,
  wrongType,
} from './rows-error.js'
import { describeType } from './value-encoder.js'

/** What a field cannot hold without quotes, and what may be no text of PostgreSQL at all. */
const SPECIAL = /[",\r\n\0\ufeff\ud800-\udfff]/

/** U+0000 and halves of surrogate pairs. */
const UNSTORABLE = /\0|\p{Surrogate}/u

/**
 * A row as a line of CSV. Runs once a row, so that it makes no function and no list of its own.
 *
 * @throws {GyroError} `ROWS.*`.
 */
export function writeRow(given: unknown, columns: RowColumns, place: RowPlace): string {
  const row = expectRow(given, place)
  try {
    expectColumns(row, columns, place)
    return writeCells(row as Readonly<Record<string, unknown>>, columns.list, place)
  } catch (error) {
    throw isGyroError(error) ? error : rowsFailed(place, error)
  }
}

function writeCells(
  values: Readonly<Record<string, unknown>>,
  list: readonly RowColumn[],
  place: RowPlace,
): string {
  let line = ''
  let separator = ''
  for (const column of list) {
    line += separator + writeValue(values[column.field], column, place)
    separator = ','
  }
  return `${line}\n`
}

/** What there is of a row that cannot be written. */
interface WrittenPart {
  /** A line of CSV, empty where there is no cell. */
  readonly text: string
  /** The fields whose values could not be written. */
  readonly emptied: readonly string[]
}

/** The same for a row of which not every value can be written. */
export function writeRowPart(given: unknown, columns: RowColumns, place: RowPlace): WrittenPart {
  const emptied: string[] = []
  const values = (isRow(given) ? given : {}) as Readonly<Record<string, unknown>>
  const cells = columns.list.map((column) => {
    const value = values[column.field]
    if (value === undefined) return ''
    try {
      return writeValue(value, column, place)
    } catch (error) {
      if (!isGyroError(error)) throw error
      emptied.push(column.field)
      return ''
    }
  })
  return { text: `${cells.join()}\n`, emptied }
}

/** Nothing that a row gives is left out in silence. */
function expectColumns(row: object, { model, fields, known }: RowColumns, place: RowPlace): void {
  if (areAllIn(fields, Object.keys(row))) return
  const field = givenFields(row).find((name) => !fields.has(name))
  if (field === undefined) return
  expectField(place, field, model)
  const value = (row as Readonly<Record<string, unknown>>)[field]
  // A value that cannot be written has not decided on the columns.
  writeValue(value, known.get(field) as RowColumn, place)
  throw lateField(place, field, ROWS_THAT_DECIDE)
}

function areAllIn(fields: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const name of names) {
    if (!fields.has(name)) return false
  }
  return true
}

function writeValue(value: unknown, column: RowColumn, place: RowPlace): string {
  const { field, wanted, absent, isDefault } = column
  if (value === undefined) {
    if (absent === null) throw missingField(place, field, isDefault)
    return absent
  }
  const text = column.encode(value)
  if (text === null) return ''
  if (text === undefined) throw wrongType(place, field, { wanted, got: describeType(value) })
  if (typeof value === 'number' || (text !== '' && !SPECIAL.test(text))) return text
  if (UNSTORABLE.test(text)) throw unstorableText(place, field)
  return `"${text.replaceAll('"', '""')}"`
}
