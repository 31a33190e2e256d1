import { isGyroError } from '../error/gyro-error.js'
import { historyConnectionLost, historyRefused } from '../history/history-error.js'
import { beginSnapshot } from '../postgres/begin-snapshot.js'
import type { PostgresClient } from '../postgres/client.js'
import { connect, withConnection } from '../postgres/connect.js'
import { isConnectionLoss, isServerError } from '../postgres/postgres-error.js'
import { findDatabase } from '../project/find-database.js'
import type { HistoryTarget } from './history-options.js'

/**
 * Opens the database of a history and hands it to `read`, which sees it as it is now and writes nothing.
 *
 * @throws {GyroError} `POSTGRES.*`, `PROJECT.*`.
 */
export async function withHistory<Result>(
  target: HistoryTarget,
  read: (client: PostgresClient) => Promise<Result>,
): Promise<Result> {
  return withConnection(await findDatabase(target), async (client) => {
    try {
      await beginSnapshot(client)
      return await read(client)
    } catch (error) {
      throw translateHistoryFailure(error)
    }
  })
}

/** As `withHistory`, for what gives some rows at a time. */
export async function* streamHistory<Part>(
  target: HistoryTarget,
  read: (client: PostgresClient) => AsyncGenerator<Part>,
): AsyncGenerator<Part, void> {
  const client = await connect(await findDatabase(target))
  try {
    await beginSnapshot(client)
    yield* read(client)
  } catch (error) {
    throw translateHistoryFailure(error)
  } finally {
    // A connection that is gone already cannot be ended; that must not hide what went before.
    await client.end().catch(() => {})
  }
}

/** What failed on the server, in terms of reading or pruning a history. */
export function translateHistoryFailure(error: unknown): unknown {
  const isLost = isGyroError(error) ? LOST.includes(error.code) : isConnectionLoss(error)
  if (isLost) return historyConnectionLost(error)
  return isServerError(error) ? historyRefused(error) : error
}

/** What a transaction says in terms of an import. */
const LOST: readonly string[] = ['POSTGRES.CONNECTION_LOST', 'POSTGRES.OUTCOME_UNKNOWN']
