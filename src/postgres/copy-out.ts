import type { Readable } from 'node:stream'
import type { PostgresClient } from './client.js'

/**
 * The rows of a query as COPY TEXT, each chunk cut after a row. Must be read to its end: the server
 * sends all of it, and what follows on the connection waits.
 *
 * @param query SQL without parameters.
 */
export async function* copyOut(client: PostgresClient, query: string): AsyncGenerator<Buffer> {
  const { to } = await import('pg-copy-streams')
  const source: Readable = client.query(to(`copy (${query}) to stdout`))
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(LF) + 1
    if (end > 0) yield bytes.subarray(0, end)
    rest = bytes.subarray(end)
  }
}

const LF = 0x0a
