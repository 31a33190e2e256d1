import type { ErrorCode } from '../error/error-codes.js'
import type { GyroError } from '../error/gyro-error.js'
import { nameRows, type RowPlace } from './rows-error.js'

/** What is wrong with a row that cannot be written. */
export interface UnwrittenRow {
  /** Null where the whole row is meant. */
  readonly field: string | null
  readonly code: ErrorCode
  /** Whole sentences, without values of the row. */
  readonly why: string
}

/** Takes the rows that cannot be written, counted from 0. */
export type TakeUnwritten = (row: number, fault: UnwrittenRow) => void

/**
 * What an error says of its row beside where that is.
 *
 * @param emptied The fields whose values were left out of it, in their order.
 */
export function describeUnwritten(
  { code, details: { why, meta } }: GyroError,
  { model, row }: RowPlace,
  emptied: readonly string[],
): UnwrittenRow {
  const place = `${nameRows(model)}, row ${row}: `
  const reason = why.startsWith(place) ? why.slice(place.length) : why
  const names = emptied.map((field) => `"${field}"`).join(', ')
  const left = emptied.length === 0 ? '' : ` Left empty in a file of rejected rows: ${names}.`
  const field = meta?.['field']
  return {
    field: typeof field === 'string' ? field : null,
    code,
    why: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${left}`,
  }
}
