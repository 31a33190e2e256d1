import { GyroError, isGyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'

/** One of the rows that a program gives. */
export interface RowPlace {
  readonly model: string
  /** Counts from 1. */
  readonly row: number
}

/** What the rows of a model are called in messages and results. */
export function nameRows(model: string): string {
  return `rows.${model}`
}

export function notARow({ model, row }: RowPlace, got: string): GyroError {
  const rows = nameRows(model)
  return new GyroError('ROWS.NOT_A_ROW', `${rows} has something that is no row`, {
    why: `${rows}, row ${row}: a row is an object with a property per field, but this is ${got}.`,
    fix: `Give objects, such as those of RowOf<'${model}'>; nothing was written.`,
    meta: { model, row },
  })
}

export function unknownField(
  { model, row }: RowPlace,
  field: string,
  known: readonly string[],
): GyroError {
  const rows = nameRows(model)
  return new GyroError('ROWS.UNKNOWN_FIELD', `${rows} has a property that is no field`, {
    why: `${rows}, row ${row}: ${model} has no column for "${field}"; it has ${known.join(', ')}.`,
    fix: `${didYouMean(field, known)}Remove or rename the property; nothing was written.`,
    meta: { model, row, field },
  })
}

export function lateField({ model, row }: RowPlace, field: string, looked: number): GyroError {
  const rows = nameRows(model)
  return new GyroError('ROWS.LATE_FIELD', `${rows} has a field that comes too late`, {
    why: `${rows}, row ${row}: "${field}" is in none of the first ${looked} rows, which decide on the columns.`,
    fix: `Give "${field}" in an earlier row, null where it has no value; nothing was written.`,
    meta: { model, row, field },
  })
}

/** @param isDefault Whether something would fill in the field if it were absent in all rows. */
export function missingField(
  { model, row }: RowPlace,
  field: string,
  isDefault: boolean,
): GyroError {
  const rows = nameRows(model)
  return new GyroError('ROWS.MISSING_FIELD', `${rows} has a row that lacks a field`, {
    why: isDefault
      ? `${rows}, row ${row}: "${field}" is absent here and present in other rows: its default is for all rows or for none.`
      : `${rows}, row ${row}: "${field}" is absent, but required.`,
    fix: `Give "${field}" in every row${isDefault ? ', or in none' : ''}; nothing was written.`,
    meta: { model, row, field },
  })
}

/** @param wanted Such as `a Date`. */
export function wrongType(
  { model, row }: RowPlace,
  field: string,
  { wanted, got }: { readonly wanted: string; readonly got: string },
): GyroError {
  const rows = nameRows(model)
  return new GyroError('ROWS.WRONG_TYPE', `${rows} has a value of the wrong type`, {
    why: `${rows}, row ${row}: "${field}" of ${model} takes ${wanted}, but got ${got}.`,
    fix: 'Convert the value; nothing was written.',
    meta: { model, row, field, wanted, got },
  })
}

export function unstorableText({ model, row }: RowPlace, field: string): GyroError {
  const rows = nameRows(model)
  return new GyroError('ROWS.UNSTORABLE_TEXT', `${rows} has text that PostgreSQL cannot store`, {
    why: `${rows}, row ${row}: "${field}" of ${model} holds U+0000 or half of a surrogate pair.`,
    fix: 'Remove the character; nothing was written.',
    meta: { model, row, field },
  })
}

/** The program threw while it was asked for a row. What it says may hold values: left to `cause`. */
export function rowsFailed({ model, row }: RowPlace, cause: unknown): GyroError {
  const rows = nameRows(model)
  const thrown = cause instanceof Error ? cause.name : `a ${typeof cause}`
  return new GyroError('ROWS.FAILED', `${rows} failed`, {
    why: `${rows}, row ${row}: the program that gives it threw ${thrown}, the cause of this error.`,
    fix: 'Look at the cause; nothing was written.',
    meta: { model, row },
    cause,
  })
}

/** Does something with a row, whose getters and values may run code of the program. */
export function withinRow<Result>(place: RowPlace, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw isGyroError(error) ? error : rowsFailed(place, error)
  }
}
