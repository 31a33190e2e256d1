import { displayName } from '../postgres/identifier.js'
import { findNarrowReferences, type KeyRange } from './narrow-references.js'
import type { KeyForecast, PreparedModel } from './prepared-import.js'
import type { ReservedKey } from './prepared-key.js'

/** Less than one part in this many of all ids being left is worth a word. */
const SCARCE = 10n

/**
 * Warns of ids that come to an end: in the key column or its sequence, and in columns that refer to the
 * key. Only warns, as the number of rows is an estimate; the import itself counts them before it writes.
 *
 * @param forecasts By model.
 */
export function warnOfRoom(
  models: readonly PreparedModel[],
  forecasts: ReadonlyMap<string, KeyForecast>,
): readonly string[] {
  const keys = models.flatMap(({ model, table, key }) => {
    const forecast = forecasts.get(model)
    return key?.kind !== 'reserved' || forecast === undefined
      ? []
      : warnOfEnd(`${displayName(table)} (${key.column})`, key, forecast)
  })
  const narrow = findNarrowReferences(models, (model) => rangeOf(forecasts.get(model)))
  const references = narrow.map(
    ({ table, column, type, limit, target, key }) =>
      `${displayName(table)} (${column}) is ${type}, which ends at ${limit}, but the new keys of ${target} may go as far as ${key}: widen the column.`,
  )
  return [...keys, ...references]
}

function warnOfEnd(place: string, key: ReservedKey, { last }: KeyForecast): readonly string[] {
  const { start, end, what } = findSpan(key)
  const increment = key.sequence?.increment ?? 1n
  const left = (end - last) / increment
  if (isBeyond(last, end, increment)) {
    return [
      `The new ids of ${place} may not fit: they may go as far as ${last}, but ${what} ends at ${end}.`,
    ]
  }
  return left * SCARCE < (end - start) / increment
    ? [
        `${place} comes to its end: ${what} ends at ${end}, which leaves room for about ${left} more.`,
      ]
    : []
}

function isBeyond(id: bigint, end: bigint, increment: bigint): boolean {
  return increment > 0n ? id > end : id < end
}

/** The ids that a column can have, in the order in which they are given. */
function findSpan({ sequence, highest }: ReservedKey): {
  readonly start: bigint
  readonly end: bigint
  readonly what: string
} {
  if (sequence === null) {
    return { start: 1n, end: highest, what: 'its type' }
  }
  const { increment, min, max } = sequence
  const [start, end, limit] = increment > 0n ? [min, max, highest] : [max, min, -highest - 1n]
  return isBeyond(end, limit, increment)
    ? { start, end: limit, what: 'its type' }
    : { start, end, what: 'its sequence' }
}

function rangeOf(forecast: KeyForecast | undefined): KeyRange | null {
  if (forecast === undefined) {
    return null
  }
  const { first, last } = forecast
  return first < last ? { from: first, to: last } : { from: last, to: first }
}
