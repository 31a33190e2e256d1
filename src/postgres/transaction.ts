import type { PostgresClient } from './client.js'
import { connectionLost, isConnectionLoss, outcomeUnknown } from './postgres-error.js'

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects.
 *
 * Timeouts that a server or role sets for its application do not apply inside: they would count the
 * time spent waiting for our data. Nor does its isolation level: a snapshot taken before a lock was
 * had would hide the newest rows, so that their ids were given again.
 *
 * @throws {GyroError} `POSTGRES.CONNECTION_LOST` when the connection ended before COMMIT,
 * `POSTGRES.OUTCOME_UNKNOWN` when it ended during COMMIT; else what `work` threw.
 */
export async function withTransaction<Result>(
  client: PostgresClient,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result
  try {
    await client.query(BEGIN)
    result = await work()
  } catch (error) {
    // A failure to roll back means that the connection is gone, and the transaction with it.
    await client.query('rollback').catch(() => {})
    throw isConnectionLoss(error) ? connectionLost(error) : error
  }
  try {
    await client.query('commit')
  } catch (error) {
    throw isConnectionLoss(error) ? outcomeUnknown(error) : error
  }
  return result
}

const BEGIN = `\
begin isolation level read committed;
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0`
