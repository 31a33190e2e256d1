import type { ErrorCode } from '../error/error-codes.js'
import { GyroError } from '../error/gyro-error.js'

/** A place in a file, as editors count it. */
export interface CsvPosition {
  /** Path as given to the program. */
  readonly file: string
  /** Counts from 1; line breaks inside quotes count. */
  readonly line: number
  /** Characters from the start of the line, counting from 1. */
  readonly column: number
  /** Whether `line` counts rows and `column` fields, as rows that a program gives have no lines. */
  readonly isRow?: true
}

/** `Order.csv:12:3`, as terminals make it a link; `rows.Order, row 12` for rows of a program. */
export function describePosition({ file, line, column, isRow }: CsvPosition): string {
  return isRow ? `${file}, row ${line}` : `${file}:${line}:${column}`
}

export function invalidDialect(option: string, wanted: string): GyroError {
  return new GyroError('CSV.INVALID_DIALECT', `The CSV option "${option}" cannot be used`, {
    why: `It takes ${wanted}.`,
    fix: `Give another value for "${option}".`,
    meta: { option, wanted },
  })
}

export function rowWidth(
  at: CsvPosition,
  width: { readonly expected: number; readonly actual: number; readonly isHeadless: boolean },
): GyroError {
  const { expected, actual, isHeadless } = width
  const named = isHeadless ? 'the option "headers" (--header)' : 'the header'
  return new GyroError('CSV.ROW_WIDTH', `${at.file} has a row of the wrong width`, {
    why: `The row at line ${at.line} has ${actual} fields; ${named} names ${expected}.`,
    fix: 'Quote the fields that contain the delimiter, then import again: nothing was written.',
    meta: { ...at, expected, actual },
  })
}

export function strayQuote(at: CsvPosition): GyroError {
  return malformed('CSV.STRAY_QUOTE', at, {
    summary: 'has a stray quote',
    why: 'A quote may only open a field, close it, or stand escaped (doubled) inside a quoted one.',
    fix: 'Quote the whole field and double the quotes inside it, or say how they are written (--quote, --escape)',
  })
}

export function unterminatedQuote(at: CsvPosition): GyroError {
  return malformed('CSV.UNTERMINATED_QUOTE', at, {
    summary: 'has a quote that is never closed',
    why: 'The quote that opens here runs to the end of the file.',
    fix: 'Close the field with a quote, or complete the file if it was cut off',
  })
}

export function nulByte(at: CsvPosition): GyroError {
  return malformed('CSV.NUL_BYTE', at, {
    summary: 'holds a NUL byte',
    why: 'PostgreSQL stores no NUL in text; UTF-16 files are full of them.',
    fix: 'Remove the byte, or save the file as UTF-8',
  })
}

export function bareCarriageReturn(at: CsvPosition): GyroError {
  return malformed('CSV.BARE_CARRIAGE_RETURN', at, {
    summary: 'has a carriage return without a line feed',
    why: 'Rows end with a line feed, or carriage return and line feed.',
    fix: 'Quote the field, or convert the line ends of the file',
  })
}

export function utf16(at: CsvPosition): GyroError {
  return malformed('CSV.UTF_16', at, {
    summary: 'is UTF-16',
    why: 'The file begins with the byte order mark of UTF-16, as "Unicode text" of spreadsheets does.',
    fix: 'Save the file as UTF-8 ("CSV UTF-8" in spreadsheets)',
  })
}

export function invalidUtf8(at: CsvPosition): GyroError {
  return malformed('CSV.INVALID_UTF8', at, {
    summary: 'is not UTF-8',
    why: 'The bytes at this place are no UTF-8 character.',
    fix: 'Save the file as UTF-8',
  })
}

export function rowTooLong(at: CsvPosition, limit: number): GyroError {
  return malformed('CSV.ROW_TOO_LONG', at, {
    summary: 'has a row that does not end',
    why: `The row that begins here is longer than ${limit / 2 ** 20} MiB. Most often a quote is not closed.`,
    fix: 'Close the quote, or split the value',
  })
}

function malformed(
  code: ErrorCode,
  at: CsvPosition,
  text: { readonly summary: string; readonly why: string; readonly fix: string },
): GyroError {
  return new GyroError(code, `${at.file} ${text.summary}`, {
    why: `${describePosition(at)}: ${text.why}`,
    fix: `${text.fix}, then import again: nothing was written.`,
    meta: { ...at },
  })
}
