import type { PostgresClient } from './client.js'
import { connectionLost, isConnectionLoss, outcomeUnknown } from './postgres-error.js'

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects.
 *
 * Timeouts that a server or role sets for its application do not apply inside: they would count the
 * time spent waiting for our data. Nor does its isolation level: a snapshot taken before a lock was
 * had would hide the newest rows, so that their ids were given again. Times are those of UTC, whatever
 * the role prefers: a time without an offset means UTC, and CURRENT_TIMESTAMP becomes UTC where a
 * column has no time zone, both as Prisma Client has it. `2024-03-04` is read as a year, a month and a
 * day; what is left ambiguous, `03-04-05`, begins with the year.
 *
 * The search path stays that of the role: functions of triggers, defaults and checks look up their own
 * tables by it, as they do for an application. No statement of ours needs it.
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
set local idle_in_transaction_session_timeout = 0;
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD'`
