import type { PostgresClient } from '../postgres/client.js'
import { connect } from '../postgres/connect.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { type HeldTables, joinSnapshot, shareSnapshot } from '../postgres/snapshot.js'

/** Where further connections of an export go. */
export interface SnapshotSource {
  readonly url: DatabaseUrl
  readonly held: HeldTables
  /** Most connections, the first one included. */
  readonly jobs: number
}

/**
 * Opens connections beside the first one that see what it sees. The server may have room for fewer, or
 * someone may wait to change a table: then there are fewer.
 *
 * @returns Those that could be had, and what to tell people of the others.
 */
export async function openBeside(
  client: PostgresClient,
  { url, held, jobs }: SnapshotSource,
): Promise<{ readonly clients: readonly PostgresClient[]; readonly warnings: readonly string[] }> {
  if (jobs < 2) return { clients: [], warnings: [] }
  const snapshot = await shareSnapshot(client, held)
  const opened = await Promise.allSettled(
    Array.from({ length: jobs - 1 }, async () => {
      const other = await connect(url)
      try {
        await joinSnapshot(other, snapshot)
        return other
      } catch (error) {
        await other.end().catch(() => {})
        throw error
      }
    }),
  )
  const clients = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const found = clients.length + 1
  const warning = `${found} of ${jobs} connections could be had: the export takes longer.`
  return { clients, warnings: found < jobs ? [warning] : [] }
}
