import { setTimeout as sleep } from 'node:timers/promises'
import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import { withConnection } from './connect.js'
import type { DatabaseUrl } from './database-url.js'
import { isConnectionLoss } from './postgres-error.js'

/** What a server is asked about when the answer to COMMIT got lost. */
export interface TransactionId {
  /** Null while nothing was written: then there is nothing to lose. */
  readonly xid: string | null
  /** Tells the server from its clones and from a standby that took over: numbers there mean others. */
  readonly server: string
}

/** What became of a transaction. */
export type CommitOutcome = 'committed' | 'aborted' | 'unknown'

/** How long a server is waited for that cannot be reached, in milliseconds. */
const PATIENCE_MS = 15_000

/** Waits between two questions, in milliseconds. Each is twice the one before. */
const WAITS_MS = { first: 50, longest: 2_000 }

/**
 * Reads the id of the transaction that the client is in, before COMMIT. Null where the server does not
 * tell: what only speaks like PostgreSQL, and where the functions were taken from the role.
 */
export async function readTransactionId(client: PostgresClient): Promise<TransactionId | null> {
  // A refused statement must not end the transaction.
  await client.query('savepoint prisma_gyro_id')
  try {
    return await queryRow(client, currentTransaction())
  } catch (error) {
    if (isConnectionLoss(error)) throw error
    await client.query('rollback to prisma_gyro_id')
    return null
  }
}

/** Whom to ask, and what. */
interface OutcomeQuestion {
  readonly url: DatabaseUrl
  /** See `LostCommit`. */
  ask?(client: PostgresClient): Promise<'committed' | 'in progress' | null>
  /**
   * For a server that cannot be reached, in milliseconds.
   * @default 15_000
   */
  readonly patience?: number
}

/**
 * Finds out what became of a transaction whose connection was lost, on a new one. Asks again while the
 * server cannot be reached, and for as long as it is at it, as one waits for COMMIT.
 *
 * @param id Null where the server did not tell.
 */
export async function findOutcome(
  { url, patience = PATIENCE_MS, ...question }: OutcomeQuestion,
  id: TransactionId | null,
): Promise<CommitOutcome> {
  if (id?.xid === null) return 'committed'
  let deadline = performance.now() + patience
  let wait = WAITS_MS.first
  while (true) {
    const asking = withConnection(url, async (client) => {
      const said = await question.ask?.(client)
      return said ?? (id === null ? 'unknown' : askServer(client, id))
    })
    const answer = await asking.catch(() => 'unreachable' as const)
    if (answer === 'in progress') {
      deadline = performance.now() + patience
    } else if (answer !== 'unreachable') {
      return answer
    } else if (performance.now() >= deadline) {
      return 'unknown'
    }
    await sleep(wait)
    wait = Math.min(2 * wait, WAITS_MS.longest)
  }
}

async function askServer(
  client: PostgresClient,
  { xid, server }: TransactionId,
): Promise<CommitOutcome | 'in progress'> {
  const found = await queryRow<TransactionId>(client, currentTransaction())
  if (found.server !== server) return 'unknown'
  const { status } = await queryRow<{ status: CommitOutcome | 'in progress' | null }>(
    client,
    statusOf(xid),
  )
  if (status === 'in progress') {
    await queryRows(client, endAbandoned(xid))
  }
  return status ?? 'unknown'
}

/** A standby that takes over begins a new timeline, which is in the name of its files. */
function currentTransaction(): Statement {
  return {
    text: `\
select
  pg_catalog.pg_current_xact_id_if_assigned()::text as xid,
  (select system_identifier from pg_catalog.pg_control_system()) || '/' ||
  left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) as server`,
    values: [],
  }
}

function statusOf(xid: string | null): Statement {
  return { text: 'select pg_catalog.pg_xact_status($1::xid8) as status', values: [xid] }
}

/**
 * Ends the session whose COMMIT never arrived. Where the network went away without a word, the server
 * would keep it, and its locks, for hours.
 */
function endAbandoned(xid: string | null): Statement {
  return {
    text: `\
select pg_catalog.pg_terminate_backend(pid)
from pg_catalog.pg_stat_activity
where backend_xid = $1::xid8::xid and state = 'idle in transaction'`,
    values: [xid],
  }
}
