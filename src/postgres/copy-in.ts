import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PostgresClient } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'

/** The columns that COPY text holds, in its order. */
export interface CopyTarget extends TableName {
  readonly columns: readonly string[]
}

/**
 * Streams COPY TEXT into a table and resolves with the number of rows PostgreSQL accepted. A slow
 * server slows the reader. When the source fails or `signal` aborts, the server is told so and keeps
 * nothing.
 */
export async function copyIn(
  client: PostgresClient,
  target: CopyTarget,
  text: AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<number> {
  const { from } = await import('pg-copy-streams')
  const columns = target.columns.map(quoteIdentifier).join(', ')
  const sink = client.query(from(`copy ${qualify(target)} (${columns}) from stdin`))
  await pipeline(text, sink as Writable, signal === undefined ? {} : { signal })
  return sink.rowCount
}
