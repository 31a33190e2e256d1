import type { PostgresClient } from '../postgres/client.js'
import { readTransactionId } from '../postgres/commit-outcome.js'
import {
  connectionLost,
  isConnectionLoss,
  isServerError,
  outcomeUnknown,
} from '../postgres/postgres-error.js'
import { TRANSACTION_SETTINGS } from '../postgres/transaction.js'
import { ClientConnection } from './client-connection.js'
import { noTransaction } from './client-error.js'
import { translateClientFailure } from './client-failure.js'
import type { PrismaClientLike, PrismaTransaction } from './prisma-client.js'

/** How long a free connection is waited for, in milliseconds. */
const MAX_WAIT_MS = 15_000

/** The longest that a timer of Node can be: an import takes as long as it takes. */
const TIMEOUT_MS = 2 ** 31 - 1

/**
 * Runs `work` in one transaction of a Prisma Client, under the settings of `withTransaction`: committed
 * when it resolves, rolled back when it rejects.
 *
 * @throws {GyroError} `CLIENT.NO_TRANSACTION`, `POSTGRES.CONNECTION_LOST`; `POSTGRES.OUTCOME_UNKNOWN` when
 * the answer to COMMIT got lost; else what `work` threw.
 */
export async function withClientTransaction<Result>(
  prisma: PrismaClientLike,
  work: (client: PostgresClient, transaction: PrismaTransaction) => Promise<Result>,
): Promise<Result> {
  let phase: 'begin' | 'work' | 'commit' = 'begin'
  let xid: string | null = null
  try {
    return await prisma.$transaction(
      async (transaction) => {
        phase = 'work'
        const client = new ClientConnection(transaction)
        for (const setting of TRANSACTION_SETTINGS) await client.query(setting)
        const result = await work(client, transaction)
        xid = (await readTransactionId(client))?.xid ?? null
        phase = 'commit'
        return result
      },
      { maxWait: MAX_WAIT_MS, timeout: TIMEOUT_MS, isolationLevel: 'ReadCommitted' },
    )
  } catch (thrown) {
    throw explain(translateClientFailure(thrown), phase, xid)
  }
}

function explain(error: unknown, phase: 'begin' | 'work' | 'commit', xid: string | null): unknown {
  if (phase === 'begin') return noTransaction(error)
  if (phase === 'work') return isConnectionLoss(error) ? connectionLost(error) : error
  // Of anything but the server's own refusal it is not known when it happened.
  return isServerError(error) && !isConnectionLoss(error) ? error : outcomeUnknown(error, xid)
}
