import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { describeField, type FieldPlace } from './field-place.js'
import type { Refusal } from './value-rule.js'

/** Enum values that an error lists at most. */
const MAX_LISTED = 20

export function notABoolean(): Refusal {
  return {
    code: 'VALUES.INVALID_BOOLEAN',
    why: 'A Boolean is t, true, 1, yes, y or on; or f, false, 0, no, n or off; in any case.',
    fix: 'Write true or false',
  }
}

export function notBytes(): Refusal {
  return {
    code: 'VALUES.INVALID_BYTES',
    why: 'Bytes are \\x and two hexadecimal digits for each, or base64 with its padding.',
    fix: 'Write the value as \\x and hexadecimal digits',
  }
}

/** Text that is as good as base64 as it is as hexadecimal. */
export function ambiguousBytes(): Refusal {
  return {
    code: 'VALUES.INVALID_BYTES',
    why: 'The text can be read as base64 and as hexadecimal digits, which mean different bytes.',
    fix: 'Put \\x before hexadecimal digits; write base64 like this one as \\x and digits too',
  }
}

/** `wanted` is an example. */
export function notADateTime(wanted: string): Refusal {
  return {
    code: 'VALUES.INVALID_DATE_TIME',
    why: `The text is not written as in ISO 8601, such as ${wanted}, or says a time that does not exist.`,
    fix: `Write the value as ${wanted}`,
  }
}

export function notAList(): Refusal {
  return {
    code: 'VALUES.INVALID_LIST',
    why: 'A list is an array of PostgreSQL, such as {a,b}, or a JSON array of plain values, such as ["a","b"].',
    fix: 'Write the list in one of the two ways',
  }
}

/** Text that JSON can escape and PostgreSQL cannot store. */
export function unstorableText(): Refusal {
  return {
    code: 'VALUES.INVALID_LIST',
    why: 'The text holds \\u0000 or half of a surrogate pair, which PostgreSQL cannot store.',
    fix: 'Remove the character',
  }
}

/** Counts from 1. */
export function inElement(position: number, refusal: Refusal): Refusal {
  return { ...refusal, why: `Element ${position} of the list: ${refusal.why}` }
}

export function notANumber(): Refusal {
  return {
    code: 'VALUES.INVALID_NUMBER',
    why: 'A number is decimal: digits, at most one point, and an exponent if need be.',
    fix: 'Write the number without separators, prefixes or units',
  }
}

/** A word such as `infinity` or `now`, which PostgreSQL takes for a value. */
export function specialValue(): Refusal {
  return {
    code: 'VALUES.SPECIAL',
    why: 'The text is a word such as infinity, NaN or now, which is seldom meant as a value.',
    fix: 'Write the value itself, or allow such words with --allow-special',
  }
}

export function textTooLong(length: number, limit: number, unit: 'characters' | 'bytes'): Refusal {
  return {
    code: 'VALUES.TOO_LONG',
    why: `The text has ${length} ${unit}, trailing blanks included; the column takes ${limit}.`,
    fix: 'Shorten the text, or widen the column',
  }
}

export function numberTooPrecise(scale: number): Refusal {
  return {
    code: 'VALUES.TOO_PRECISE',
    why: `The number has more digits than a scale of ${scale} keeps: PostgreSQL would round it.`,
    fix: 'Round the number as it is meant, or widen the column',
  }
}

export function unknownEnumValue(text: string, known: readonly string[]): Refusal {
  const listed = known.slice(0, MAX_LISTED).map((value) => `"${value}"`)
  const rest = known.length - listed.length
  const more = rest > 0 ? ` … and ${rest} more` : ''
  return {
    code: 'VALUES.UNKNOWN_ENUM_VALUE',
    why: `The text is no value of the enum, which has ${listed.join(', ')}${more}.`,
    fix: `${didYouMean(text, known)}Write one of the known values, or add this one to the enum`,
  }
}

/** Says where the value stands that a rule refuses. */
export function valueRefused(place: FieldPlace, { code, why, fix }: Refusal): GyroError {
  const { at, model, header } = place
  return new GyroError(code, `${at.file} has a value that its column does not take`, {
    why: `${describeField(place)}: ${why}`,
    fix: `${fix}, then import again: nothing was written.`,
    meta: { ...at, model, header },
  })
}
