import type { PostgresClient } from './client.js'

/**
 * Begins a transaction that only reads, all of it as it is now, however long that takes. Ends with the
 * connection.
 */
export async function beginSnapshot(client: PostgresClient): Promise<void> {
  await client.query(`\
begin isolation level repeatable read, read only;
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0`)
}
