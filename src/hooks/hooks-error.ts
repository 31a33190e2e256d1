import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'

/** One of the two hooks of a model. */
export type HookName = 'transform' | 'validate'

/** A row that a hook has before it. */
export interface HookedRow {
  readonly hook: HookName
  readonly model: string
  readonly file: string
  /** Of rows of a program, their number. */
  readonly line: number
  /** Whether `line` counts rows. */
  readonly isRow: boolean
}

/** `Customer.csv:12`, or `rows.Customer, row 12`. */
function describeRow({ file, line, isRow }: HookedRow): string {
  return isRow ? `${file}, row ${line}` : `${file}:${line}`
}

/** The hook threw. What it says may hold values: left to `cause`. Where it did, no value can be in. */
export function hookFailed(row: HookedRow, cause: unknown): GyroError {
  const thrown = cause instanceof Error ? cause.name : `a ${typeof cause}`
  const place = cause instanceof Error ? placeInCode(cause) : null
  return new GyroError('HOOKS.FAILED', `${row.hook}.${row.model} failed`, {
    why: `${describeRow(row)}: it threw ${thrown}${place === null ? '' : ` at ${place}`}, the cause of this error.`,
    fix: 'Correct the hook there; to reject a row, call reject of its second argument. Nothing was written.',
    meta: { ...placeOf(row) },
    cause,
  })
}

/** `file:///project/hooks.mjs:5:12`, where the error was made; null where its stack does not say. */
function placeInCode({ stack = '', message }: Error): string | null {
  // The message comes first, and may hold anything.
  const frames = stack.slice(stack.indexOf(message) + message.length)
  return /^ +at (?:.* \()?((?:file:\/\/)?\/?[^\s()]+:\d+:\d+)\)?$/m.exec(frames)?.[1] ?? null
}

/** `reject` was called when the row had gone on already. */
export function lateRejection(
  row: HookedRow,
  { isLoaded }: { readonly isLoaded: boolean },
): GyroError {
  return new GyroError('HOOKS.INVALID_RESULT', `${row.hook}.${row.model} rejected a row too late`, {
    why: `${describeRow(row)}: reject was called when the hook was done with the row.`,
    fix: `Call reject before the hook returns, or return a promise that waits for it. ${isLoaded ? 'The import has ended meanwhile and the row was loaded: roll it back.' : 'Nothing was written.'}`,
    meta: { ...placeOf(row) },
  })
}

/** @param wanted Such as `a row`; `got` without the value itself. */
export function invalidResult(
  row: HookedRow,
  {
    wanted,
    got,
    field,
  }: { readonly wanted: string; readonly got: string; readonly field?: string },
): GyroError {
  const about = field === undefined ? `it has to give ${wanted}` : `"${field}" takes ${wanted}`
  return new GyroError('HOOKS.INVALID_RESULT', `${row.hook}.${row.model} gave something wrong`, {
    why: `${describeRow(row)}: ${about}, but got ${got}.`,
    fix: 'Correct the hook, then import again: nothing was written.',
    meta: { ...placeOf(row), ...(field === undefined ? {} : { field }) },
  })
}

/** `reject` was called without saying why. */
export function invalidReason(row: HookedRow, got: string): GyroError {
  return new GyroError(
    'HOOKS.INVALID_RESULT',
    `${row.hook}.${row.model} rejected a row without a reason`,
    {
      why: `${describeRow(row)}: reject takes the reason as text that is not empty, but got ${got}.`,
      fix: 'Give a sentence that says what is wrong with the row; nothing was written.',
      meta: { ...placeOf(row) },
    },
  )
}

/** A row that came back without one of its fields. */
export function missingField(row: HookedRow, field: string): GyroError {
  return new GyroError('HOOKS.INVALID_RESULT', `${row.hook}.${row.model} left a field out`, {
    why: `${describeRow(row)}: the row that it gave lacks "${field}", which the file has.`,
    fix: `Give every field of the row, such as with { ...row }, null where there is no value; or leave the column out with ignoreColumns (--ignore-columns). Nothing was written.`,
    meta: { ...placeOf(row), field },
  })
}

/** @param fields Those of the file; `isOfModel` where only the file lacks it. */
export function unknownField(
  row: HookedRow,
  field: string,
  { fields, isOfModel }: { readonly fields: readonly string[]; readonly isOfModel: boolean },
): GyroError {
  return new GyroError('HOOKS.UNKNOWN_FIELD', `${row.hook}.${row.model} gave a field too many`, {
    why: `${describeRow(row)}: the file has no column for "${field}"; it has ${fields.join(', ')}.`,
    fix: isOfModel
      ? 'Add the column to the file, empty: a hook changes what is there. Nothing was written.'
      : `${didYouMean(field, fields)}Remove or rename the property; nothing was written.`,
    meta: { ...placeOf(row), field },
  })
}

export function unknownRejectedField(
  row: HookedRow,
  field: string,
  fields: readonly string[],
): GyroError {
  return new GyroError('HOOKS.UNKNOWN_FIELD', `${row.hook}.${row.model} rejects an unknown field`, {
    why: `${describeRow(row)}: the file has no column for "${field}"; it has ${fields.join(', ')}.`,
    fix: `${didYouMean(field, fields)}Correct the second argument of reject; nothing was written.`,
    meta: { ...placeOf(row), field },
  })
}

/** A row that a hook rejected, where that is the end of the import. */
export function rowRejected(
  row: HookedRow,
  { reason, field }: { readonly reason: string; readonly field: string | null },
): GyroError {
  const about = field === null ? '' : `"${field}": `
  return new GyroError('HOOKS.REJECTED', `${row.hook}.${row.model} rejected a row`, {
    why: `${describeRow(row)}: ${about}${reason}`,
    fix: "Correct the row, or go on without such rows with onBadRow: 'reject' (--on-bad-row reject). Nothing was written.",
    meta: { ...placeOf(row), ...(field === null ? {} : { field }) },
  })
}

/** What is said of a value that no hook can be given. */
export function describeUnreadable(field: string, wanted: string): string {
  return `"${field}" takes ${wanted}, but the text is none, so that no hook can be given it.`
}

/** The same, where that is the end of the import. */
export function unreadableValue(
  row: HookedRow,
  {
    field,
    header,
    wanted,
  }: { readonly field: string; readonly header: string; readonly wanted: string },
): GyroError {
  return new GyroError('HOOKS.UNREADABLE_VALUE', `${row.file} has a value that hooks cannot read`, {
    why: `${describeRow(row)}: ${describeUnreadable(field, wanted)}`,
    fix: 'Correct the value, then import again: nothing was written.',
    meta: { ...placeOf(row), field, header },
  })
}

function placeOf({ hook, model, file, line }: HookedRow): Omit<HookedRow, 'isRow'> {
  return { hook, model, file, line }
}
