import { type PostgresClient, queryRow } from './client.js'
import { withConnection } from './connect.js'
import type { DatabaseUrl } from './database-url.js'

/**
 * Runs `work`, and when `signal` aborts meanwhile, tells the server to stop the statement that the
 * connection is in: COPY checks its references for a long time after the last byte was sent. The
 * server is told through a second connection, as the first one is busy.
 */
export async function cancelOnAbort<Result>(
  { client, url, signal }: { client: PostgresClient; url: DatabaseUrl; signal: AbortSignal },
  work: () => Promise<Result>,
): Promise<Result> {
  const { pid } = await queryRow<{ pid: number }>(client, {
    text: 'select pg_backend_pid() as pid',
    values: [],
  })
  let cancelling: Promise<unknown> = Promise.resolve()
  const cancel = () => {
    const statement = { text: 'select pg_cancel_backend($1)', values: [pid] }
    // Failing to cancel only means that the statement ends by itself.
    cancelling = withConnection(url, (other) => queryRow(other, statement)).catch(() => {})
  }
  signal.addEventListener('abort', cancel)
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    signal.removeEventListener('abort', cancel)
    // Else the cancellation could hit what comes next on the connection.
    await cancelling
  }
}
