import type { CsvOptions } from '../../src/csv/csv-dialect.js'
import type { ErrorCode } from '../../src/error/error-codes.js'

/**
 * Rows, the header first, each in one string: fields are separated by `|`, and `∅` is NULL. A field
 * holds neither, so that what is expected is read at a glance.
 */
type WrittenRows = readonly string[]

/** A CSV file and what becomes of it. */
export type ConformanceCase = AcceptedCase | RefusedCase

interface Input {
  /** What is special about it. */
  readonly name: string
  /** Who writes such files, or whose rule or dispute it is. */
  readonly source: string
  /** Text is UTF-8. */
  readonly file: string | Uint8Array
  readonly csv?: CsvOptions
}

interface AcceptedCase extends Input {
  readonly rows: WrittenRows
  /** Why it is read so, where RFC 4180 reads it otherwise or not at all. */
  readonly choice?: string
}

interface RefusedCase extends Input {
  readonly refused: ErrorCode
  /** What its writer meant, where that is known. */
  readonly meant?: WrittenRows
}

/** Cases with a title of their own in the table. */
export interface CaseGroup {
  readonly title: string
  readonly cases: readonly ConformanceCase[]
}

export type Row = readonly (string | null)[]

function parseRows(rows: WrittenRows): readonly Row[] {
  return rows.map((row) => row.split('|').map((field) => (field === '∅' ? null : field)))
}

/** What is in the file for whoever wrote it, the header first; null where that is not known. */
export function rowsMeantBy(given: ConformanceCase): readonly Row[] | null {
  const rows = 'rows' in given ? given.rows : given.meant
  return rows === undefined ? null : parseRows(rows)
}

export function bytesOf({ file }: ConformanceCase): Buffer {
  return Buffer.from(file as string)
}

/** A file that is not UTF-8: each character is a byte. */
export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

export const NULL_FOR_NOTHING = 'An unquoted empty field is NULL; RFC 4180 knows no NULL.'

export const NULL_TEXT =
  'The text of `null` is NULL where it is not quoted; RFC 4180 knows no NULL.'

export const CONTROL_CHARACTER = 'PostgreSQL stores this control character; RFC 4180 allows none.'
