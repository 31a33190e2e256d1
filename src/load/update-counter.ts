import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'

/**
 * A temporary sequence that counts the rows of a statement that are updated. `xmax` would tell them
 * too, but is not documented to, and a partitioned table has none; a look beforehand would miss what
 * others commit meanwhile.
 *
 * @param place Counts from 0 within what is loaded together.
 */
export function updateCounter(place: number): TableName {
  return { schema: 'pg_temp', table: `prisma_gyro_updated_${place + 1}` }
}

/** Makes counters, by a statement each. */
export function createCounters(counters: readonly TableName[]): readonly string[] {
  return counters.map((counter) => `create temporary sequence ${quoteIdentifier(counter.table)}`)
}

/** How many rows a counter has counted. */
export function readCounter(counter: TableName): Statement {
  return {
    text: `select case when is_called then last_value else 0 end::text as count from ${qualify(counter)}`,
    values: [],
  }
}

/** They would stay until the end of the session. */
export function dropCounters(counters: readonly TableName[]): readonly string[] {
  return counters.map((counter) => `drop sequence ${qualify(counter)}`)
}
