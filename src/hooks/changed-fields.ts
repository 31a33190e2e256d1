import type { CsvDialect } from '../csv/csv-dialect.js'
import type { FieldWriter } from '../csv/write-field.js'
import type { GyroError } from '../error/gyro-error.js'
import { describeType } from '../rows/value-encoder.js'
import type { HookedColumn, ReadRow } from './hooked-columns.js'
import { hookFailed, invalidResult, missingField, unknownField } from './hooks-error.js'
import type { AnyRow } from './row-hooks.js'
import type { RowPlace } from './row-place.js'

/** A field that a hook changed, and what stands in its place. */
export interface ChangedField {
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly cell: string
}

/** How rows are read and written. */
export interface HookedFormat {
  readonly columns: readonly HookedColumn[]
  readonly dialect: CsvDialect
  readonly write: FieldWriter
  /** All fields of the model, also those that the file lacks. */
  readonly modelFields: readonly string[]
}

/** U+0000 and halves of surrogate pairs. */
const UNSTORABLE = /\0|\p{Surrogate}/u

/**
 * The fields that are not what they were, in file order: the others keep the bytes of the file.
 *
 * @throws {GyroError} `HOOKS.INVALID_RESULT`, `HOOKS.UNKNOWN_FIELD`, `HOOKS.FAILED`.
 */
export function findChanges(
  before: ReadRow,
  after: AnyRow,
  { format, place }: { readonly format: HookedFormat; readonly place: RowPlace },
): readonly ChangedField[] {
  const { columns, write } = format
  const changes: ChangedField[] = []
  let given = 0
  for (const [position, column] of columns.entries()) {
    const value = withinRow(place, () => after[column.field])
    if (value === undefined) throw missingField(place, column.field)
    given++
    const isSame = Object.is(value, before.values[position])
    const was = before.texts[position]
    if (isSame && was === null) continue
    const text = withinRow(place, () => column.encode(value))
    if (text === was && (isSame || typeof text === 'string')) continue
    if (text === undefined) throw wrongType(value, column, place)
    changes.push({ index: column.index, cell: writeCell(text, { column, write, place }) })
  }
  expectNoOthers(after, given, { format, place })
  return changes
}

function wrongType(value: unknown, { field, wanted }: HookedColumn, place: RowPlace): GyroError {
  return invalidResult(place, { field, wanted, got: describeType(value) })
}

function writeCell(
  text: string | null,
  {
    column: { field },
    write,
    place,
  }: { readonly column: HookedColumn; readonly write: FieldWriter; readonly place: RowPlace },
): string {
  if (text !== null && UNSTORABLE.test(text)) {
    const got = 'a text with U+0000 or half of a surrogate pair'
    throw invalidResult(place, { field, wanted: 'text of PostgreSQL', got })
  }
  const cell = write(text)
  if (cell !== undefined) return cell
  const wanted = 'text that needs no quotes, as the file is read without them'
  throw invalidResult(place, { field, wanted, got: 'another one' })
}

/** Nothing that a hook gives is left out in silence. */
function expectNoOthers(
  after: AnyRow,
  known: number,
  {
    format: { columns, modelFields },
    place,
  }: { readonly format: HookedFormat; readonly place: RowPlace },
): void {
  const names = Object.keys(after)
  if (names.length <= known) return
  const fields = columns.map(({ field }) => field)
  const other = names.find((name) => !fields.includes(name) && after[name] !== undefined)
  if (other === undefined) return
  throw unknownField(place, other, { fields, isOfModel: modelFields.includes(other) })
}

/** Getters and values may run code of the program. */
function withinRow<Result>(place: RowPlace, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw hookFailed(place, error)
  }
}
