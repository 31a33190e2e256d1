import { describe, expect, it } from '@jest/globals'
import {
  ambiguousBytes,
  inElement,
  notABoolean,
  notADateTime,
  notAList,
  notANumber,
  notBytes,
  numberTooPrecise,
  specialValue,
  textTooLong,
  unknownEnumValue,
  unstorableText,
} from '../../src/values/values-error.js'

describe('the refusals of values', () => {
  it.each([
    [
      notABoolean(),
      'A Boolean is t, true, 1, yes, y or on; or f, false, 0, no, n or off; in any case. Write true ' +
        'or false',
    ],
    [
      notBytes(),
      'Bytes are \\x and two hexadecimal digits for each, or base64 with its padding. Write the ' +
        'value as \\x and hexadecimal digits',
    ],
    [
      ambiguousBytes(),
      'The text can be read as base64 and as hexadecimal digits, which mean different bytes. Put ' +
        '\\x before hexadecimal digits; write base64 like this one as \\x and digits too',
    ],
    [
      notADateTime('2026-01-31'),
      'The text is not written as in ISO 8601, such as 2026-01-31, or says a time that does not ' +
        'exist. Write the value as 2026-01-31',
    ],
    [
      notAList(),
      'A list is an array of PostgreSQL, such as {a,b}, or a JSON array of plain values, such as ' +
        '["a","b"]. Write the list in one of the two ways',
    ],
    [
      unstorableText(),
      'The text holds \\u0000 or half of a surrogate pair, which PostgreSQL cannot store. Remove the ' +
        'character',
    ],
    [
      inElement(3, notABoolean()),
      'Element 3 of the list: A Boolean is t, true, 1, yes, y or on; or f, false, 0, no, n or off; ' +
        'in any case. Write true or false',
    ],
    [
      notANumber(),
      'A number is decimal: digits, at most one point, and an exponent if need be. Write the number ' +
        'without separators, prefixes or units',
    ],
    [
      specialValue(),
      'The text is a word such as infinity, NaN or now, which is seldom meant as a value. Write the ' +
        'value itself, or allow such words with --allow-special',
    ],
    [
      textTooLong(7, 5, 'bytes'),
      'The text has 7 bytes, trailing blanks included; the column takes 5. Shorten the text, or ' +
        'widen the column',
    ],
    [
      numberTooPrecise(2),
      'The number has more digits than a scale of 2 keeps: PostgreSQL would round it. Round the ' +
        'number as it is meant, or widen the column',
    ],
    [
      unknownEnumValue('shiped', ['PAID', 'SHIPPED']),
      'The text is no value of the enum, which has "PAID", "SHIPPED". Did you mean "SHIPPED"? Write ' +
        'one of the known values, or add this one to the enum',
    ],
  ])('say what is wanted and what to do: $code', ({ why, fix }, message) => {
    expect(`${why} ${fix}`).toBe(message)
  })
})
