import type { Readable } from 'node:stream'
import type { PostgresClient } from './client.js'

/**
 * The rows of a query as CSV without a header, in chunks that end anywhere. When it is left before its
 * end, the connection is in the middle of a COPY and can only be ended.
 *
 * @param query SQL without parameters.
 * @param onEnd Gets the number of rows that the server says it has sent.
 */
export async function* copyOutCsv(
  client: PostgresClient,
  query: string,
  onEnd: (rows: number) => void,
): AsyncGenerator<Buffer> {
  const { to } = await import('pg-copy-streams')
  const source: Readable & { readonly rowCount: number } = client.query(
    to(`copy (${query}) to stdout (format csv, encoding 'UTF8')`),
  )
  for await (const chunk of source) yield chunk as Buffer
  // The stream ends before the server has said how many rows it were.
  await client.query('select')
  onEnd(source.rowCount)
}
