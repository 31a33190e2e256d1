import type { PostgresClient } from './client.js'
import { findOutcome, readTransactionId, type TransactionId } from './commit-outcome.js'
import type { DatabaseUrl } from './database-url.js'
import { commitUndone, connectionLost, isConnectionLoss, outcomeUnknown } from './postgres-error.js'

/** What to do when the answer to COMMIT gets lost. */
export interface LostCommit {
  /** Where to ask, on a new connection, whether it happened. */
  readonly url: DatabaseUrl
  /**
   * Asks what the transaction itself has left in the database, which is exact on every server; null
   * where that says nothing.
   */
  ask?(client: PostgresClient): Promise<'committed' | 'in progress' | null>
  /** Called when it did. */
  onConfirmed(): void
}

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
 * @param lost Without it nobody is asked when the answer to COMMIT gets lost.
 * @throws {GyroError} `POSTGRES.CONNECTION_LOST` when the connection ended and nothing was written,
 * `POSTGRES.OUTCOME_UNKNOWN` when it ended during COMMIT and no server said what became of that; else
 * what `work` threw.
 */
export async function withTransaction<Result>(
  client: PostgresClient,
  work: () => Promise<Result>,
  lost?: LostCommit,
): Promise<Result> {
  let result: Result
  let id: TransactionId | null
  try {
    await client.query(BEGIN)
    result = await work()
    id = await readTransactionId(client)
  } catch (error) {
    // A failure to roll back means that the connection is gone, and the transaction with it.
    await client.query('rollback').catch(() => {})
    throw isConnectionLoss(error) ? connectionLost(error) : error
  }
  try {
    await client.query('commit')
  } catch (error) {
    if (!isConnectionLoss(error)) throw error
    await confirmCommit(id, lost, error)
  }
  return result
}

/** Throws unless the transaction is known to be committed. */
async function confirmCommit(
  id: TransactionId | null,
  lost: LostCommit | undefined,
  cause: unknown,
): Promise<void> {
  if (lost === undefined || (id === null && lost.ask === undefined)) {
    throw outcomeUnknown(cause, id?.xid ?? null)
  }
  const outcome = await findOutcome(lost, id)
  if (outcome === 'aborted') throw commitUndone(cause)
  if (outcome === 'unknown') throw outcomeUnknown(cause, id?.xid ?? null)
  lost.onConfirmed()
}

/** What holds inside a transaction: see `withTransaction`. */
export const TRANSACTION_SETTINGS: readonly string[] = [
  'set local statement_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
  `set local timezone = 'UTC'`,
  `set local datestyle = 'ISO, YMD'`,
]

const BEGIN = ['begin isolation level read committed', ...TRANSACTION_SETTINGS].join(';\n')
