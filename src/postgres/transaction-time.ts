import { type PostgresClient, queryRow } from './client.js'

/**
 * When the transaction began by the clock of the server, rounded to milliseconds as PostgreSQL does
 * it: what `now()` is in the default of a `timestamp(3)`.
 */
export async function readTransactionTime(client: PostgresClient): Promise<Date> {
  const { at } = await queryRow<{ at: Date }>(client, {
    text: 'select now()::timestamptz(3) as at',
    values: [],
  })
  return at
}
