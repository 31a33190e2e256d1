import type { PostgresClient } from './client.js'
import { TRANSACTION_SETTINGS } from './transaction.js'

/**
 * Runs `work` in a transaction that sees the database as it is now all along, and that is rolled back
 * whatever happens: temporary tables and settings are gone then.
 */
export async function withScratch<Result>(
  client: PostgresClient,
  work: () => Promise<Result>,
): Promise<Result> {
  const settings = ['begin isolation level repeatable read', ...TRANSACTION_SETTINGS]
  await client.query(settings.join(';\n'))
  try {
    return await work()
  } finally {
    // A failure to roll back means that the connection is gone, and the transaction with it.
    await client.query('rollback').catch(() => {})
  }
}
