import { type PostgresClient, queryRow } from './client.js'

/** When the transaction began by the clock of the server: what `now()` is in every default. */
export async function readTransactionTime(client: PostgresClient): Promise<Date> {
  const { at } = await queryRow<{ at: Date }>(client, { text: 'select now() as at', values: [] })
  return at
}
