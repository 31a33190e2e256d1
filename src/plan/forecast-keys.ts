import type { PostgresClient } from '../postgres/client.js'
import { type Numbering, readNumbering } from '../postgres/numbering.js'
import { countBehind, nextAfter } from '../postgres/sequence.js'
import type { KeyForecast, PreparedModel } from './prepared-import.js'
import type { ReservedKey } from './prepared-key.js'

/**
 * Looks how far the keys of models have come, in one statement. Takes no id.
 *
 * @returns By model; none where keys are kept, there is no row, or the role may not see the ids.
 */
export async function forecastKeys(
  client: PostgresClient,
  models: readonly PreparedModel[],
): Promise<ReadonlyMap<string, KeyForecast>> {
  const keyed = models.flatMap(({ model, table, key, estimatedRows }) =>
    key?.kind !== 'reserved' || estimatedRows === 0 ? [] : [{ model, table, key, estimatedRows }],
  )
  const numberings = await readNumbering(
    client,
    keyed.map(({ table, key }) => ({ ...key, table })),
  )
  return new Map(
    keyed.flatMap(({ model, key, estimatedRows }, index) => {
      const first = findFirst(key, numberings[index] as Numbering)
      if (first === null) return []
      const last = first + (key.sequence?.increment ?? 1n) * BigInt(estimatedRows - 1)
      return [[model, { first, last }] as const]
    }),
  )
}

/** The first id that would be taken now; null when the role may not see it. */
function findFirst(
  { sequence, isReadable }: ReservedKey,
  { highest, next }: Numbering,
): bigint | null {
  if (sequence === null) {
    return isReadable ? nextAfter(highest) : null
  }
  if (next === null || highest === null) {
    return next
  }
  return next + countBehind(sequence, next, highest) * sequence.increment
}
