import { type CsvPosition, describePosition } from '../csv/csv-error.js'
import type { ErrorCode } from '../error/error-codes.js'
import type { Refusal } from '../values/value-rule.js'

export function nullKeyField(): Refusal {
  return {
    code: 'KEYS.NULL_KEY',
    why: 'The value is NULL, but it is the key of the row.',
    fix: 'Give the row its key',
  }
}

export function nullValue(): Refusal {
  return {
    code: 'LOAD.NULL_VALUE',
    why: 'The value is NULL, but the column requires one.',
    fix: 'Fill in the value; write "" for an empty string',
  }
}

export function notAnIntegerKey(): Refusal {
  return {
    code: 'KEYS.NOT_AN_INTEGER',
    why: 'The column takes whole numbers: an optional minus and digits.',
    fix: 'Correct the value',
  }
}

export function notAWholeNumber(): Refusal {
  return {
    code: 'VALUES.INVALID_INTEGER',
    why: 'The column takes whole numbers: an optional sign and digits.',
    fix: 'Correct the value',
  }
}

export function integerOutOfRange(type: string): Refusal {
  return {
    code: 'VALUES.INVALID_INTEGER',
    why: `The number is beyond what ${type} holds.`,
    fix: 'Correct the value, or widen the column',
  }
}

export function notAUuid(): Refusal {
  return {
    code: 'KEYS.INVALID_UUID',
    why: 'A uuid is 32 hexadecimal digits, with or without dashes.',
    fix: 'Correct the value',
  }
}

export function invalidJson(): Refusal {
  return {
    code: 'VALUES.INVALID_JSON',
    why: 'The text is no JSON.',
    fix: 'Correct the value; write a string of JSON with its own quotes',
  }
}

/** What is said of a row beside its code. */
interface RowReason {
  readonly code: ErrorCode
  readonly why: string
}

/** @param columns Headers of what has to be different. */
export function duplicateRow(
  columns: readonly string[],
  code: ErrorCode,
  first: CsvPosition,
): RowReason {
  const names = columns.map((column) => `"${column}"`).join(', ')
  return {
    code,
    why: `${names} must be different in every row, but ${describePosition(first)} has the same.`,
  }
}

export function missingTarget(target: string): RowReason {
  return {
    code: 'KEYS.MISSING_REFERENCE',
    why: `The row of ${target} that it refers to is not in the files.`,
  }
}

/** @param root Why the first of the rows was rejected that this one follows. */
export function refersToRejected(target: string, root: ErrorCode): RowReason {
  return {
    code: 'KEYS.REFERS_TO_REJECTED',
    why: `The row of ${target} that it refers to is rejected: ${root}.`,
  }
}
