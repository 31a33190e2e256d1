import { GyroError, isGyroError } from '../error/gyro-error.js'
import { countCommitted } from '../history/checkpoint.js'
import { ImportBatch } from '../history/import-batch.js'
import { cancelOnAbort } from '../postgres/cancel-on-abort.js'
import type { PostgresClient } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { translateFailure } from '../postgres/postgres-error.js'
import { ChunkSession } from './chunk-session.js'
import { chunksNeedSession, interruptedMidway, stoppedMidway } from './resume-error.js'

/** Where an import in chunks runs, and how it is stopped. */
export interface ChunkTarget {
  readonly url: DatabaseUrl
  readonly signal: AbortSignal
}

/** What runs in chunks. */
type ChunkWork<Result> = (session: ChunkSession, begin: (batch: string) => void) => Promise<Result>

/** A failure after which rows of the batch are in the database. */
export class StoppedMidway extends Error {
  override readonly name = 'StoppedMidway'

  /** What to tell. */
  readonly failure: unknown

  constructor(failure: unknown) {
    super('The import stopped midway', { cause: failure })
    this.failure = failure
  }
}

/**
 * Runs an import that commits in chunks. `begin` is to be called as soon as the batch is in the history:
 * what goes wrong afterwards is told there, and what is committed stays.
 *
 * @throws {GyroError} `IMPORT.CHUNKS_NEED_SESSION`, `IMPORT.ALREADY_RUNNING`; what `work` throws before.
 * @throws {StoppedMidway} for what it throws afterwards.
 */
export async function withChunks<Result>(
  target: ChunkTarget,
  work: ChunkWork<Result>,
): Promise<Result> {
  const { url } = target
  if (url.poolerSign !== null) throw chunksNeedSession(url.poolerSign)
  return withConnection(url, (client) => runChunks(client, target, work))
}

async function runChunks<Result>(
  client: PostgresClient,
  target: ChunkTarget,
  work: ChunkWork<Result>,
): Promise<Result> {
  const { url, signal } = target
  const session = await ChunkSession.open(client, url)
  let begun: string | null = null
  try {
    return await cancelOnAbort({ client, url, signal }, () =>
      work(session, (batch) => {
        begun = batch
      }),
    )
  } catch (error) {
    if (begun === null) throw error
    throw new StoppedMidway(await stop(session, target, { batch: begun, error }))
  }
}

/** Says in the history that a batch failed, as far as that can be reached, and what is to be told. */
async function stop(
  session: ChunkSession,
  { url, signal }: ChunkTarget,
  { batch, error }: { readonly batch: string; readonly error: unknown },
): Promise<unknown> {
  const failure = translateFailure(error)
  const isLost = isGyroError(failure) && LOST.includes(failure.code)
  const isInterrupted = signal.aborted && !isLost
  const known = isGyroError(failure) ? failure.code : 'UNEXPECTED'
  const errorCode = isInterrupted ? 'IMPORT.INTERRUPTED' : known
  const fail = async () => {
    const claimed = await ImportBatch.claim(session.client, { id: batch, status: 'IN_PROGRESS' })
    await claimed.move('FAILED', { errorCode })
    return countCommitted(session.client, batch)
  }
  // Where the connection is gone, the batch stays IN_PROGRESS; what goes wrong here hides no failure.
  const counting = isLost
    ? withConnection(url, (client) => countCommitted(client, batch))
    : session.transaction(fail)
  const at = { batch, rows: await counting.catch(() => null) }
  if (isInterrupted) return interruptedMidway(at)
  return failure instanceof GyroError ? stoppedMidway(failure, at) : failure
}

/** After these the connection is of no use. */
const LOST = ['POSTGRES.CONNECTION_LOST', 'POSTGRES.OUTCOME_UNKNOWN', 'IMPORT.SESSION_LOST']
