import { describe, expect, it } from '@jest/globals'
import {
  bareCarriageReturn,
  describePosition,
  invalidUtf8,
  nulByte,
  rowTooLong,
  rowWidth,
  strayQuote,
  unterminatedQuote,
  utf16,
} from '../../src/csv/csv-error.js'

const AT = { file: 'Order.csv', line: 12, column: 3 }

describe('describePosition', () => {
  it('is what terminals make a link', () => {
    expect(describePosition(AT)).toBe('Order.csv:12:3')
  })
})

describe('the errors of CSV', () => {
  it.each([
    [
      strayQuote(AT),
      'Order.csv has a stray quote. Order.csv:12:3: A quote may only open a field, close it, or ' +
        'stand escaped (doubled) inside a quoted one. Quote the whole field and double the quotes ' +
        'inside it, or say how they are written (--quote, --escape), then import again: nothing was ' +
        'written.',
    ],
    [
      unterminatedQuote(AT),
      'Order.csv has a quote that is never closed. Order.csv:12:3: The quote that opens here runs ' +
        'to the end of the file. Close the field with a quote, or complete the file if it was cut ' +
        'off, then import again: nothing was written.',
    ],
    [
      nulByte(AT),
      'Order.csv holds a NUL byte. Order.csv:12:3: PostgreSQL stores no NUL in text; UTF-16 files ' +
        'are full of them. Remove the byte, or save the file as UTF-8, then import again: nothing ' +
        'was written.',
    ],
    [
      bareCarriageReturn(AT),
      'Order.csv has a carriage return without a line feed. Order.csv:12:3: Rows end with a line ' +
        'feed, or carriage return and line feed. Quote the field, or convert the line ends of the ' +
        'file, then import again: nothing was written.',
    ],
    [
      utf16(AT),
      'Order.csv is UTF-16. Order.csv:12:3: The file begins with the byte order mark of UTF-16, as ' +
        '"Unicode text" of spreadsheets does. Save the file as UTF-8 ("CSV UTF-8" in spreadsheets), ' +
        'then import again: nothing was written.',
    ],
    [
      invalidUtf8(AT),
      'Order.csv is not UTF-8. Order.csv:12:3: The bytes at this place are no UTF-8 character. ' +
        'Save the file as UTF-8, then import again: nothing was written.',
    ],
    [
      rowTooLong(AT, 256 * 2 ** 20),
      'Order.csv has a row that does not end. Order.csv:12:3: The row that begins here is longer ' +
        'than 256 MiB. Most often a quote is not closed. Close the quote, or split the value, then ' +
        'import again: nothing was written.',
    ],
    [
      rowWidth(AT, { expected: 2, actual: 3, isHeadless: false }),
      'Order.csv has a row of the wrong width. The row at line 12 has 3 fields; the header names ' +
        '2. Quote the fields that contain the delimiter, then import again: nothing was written.',
    ],
    [
      rowWidth(AT, { expected: 2, actual: 3, isHeadless: true }),
      'Order.csv has a row of the wrong width. The row at line 12 has 3 fields; the option "headers" ' +
        '(--header) names 2. Quote the fields that contain the delimiter, then import again: nothing ' +
        'was written.',
    ],
  ])('say what is wrong, where, and what to do: $code', (error, message) => {
    expect(error.message).toBe(message)
    expect(error.details.meta).toMatchObject(AT)
  })
})
