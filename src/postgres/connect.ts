import type { PostgresClient } from './client.js'
import { type DatabaseUrl, describeDatabase } from './database-url.js'
import { translateConnectError } from './postgres-error.js'

/** How long a server may take to answer before it counts as unreachable, in milliseconds. */
const CONNECT_TIMEOUT_MS = 15_000

/**
 * Opens one connection. Whoever opens it ends it.
 *
 * @throws {GyroError} `POSTGRES.UNREACHABLE`, `POSTGRES.AUTHENTICATION`, `POSTGRES.UNKNOWN_DATABASE`.
 */
export async function connect(url: DatabaseUrl): Promise<PostgresClient> {
  // `pg` takes 40 ms to load: only what talks to a database pays for it.
  const { default: pg } = await import('pg')
  try {
    // Reads the certificates that the URL names, too.
    const client = new pg.Client({
      connectionString: url.connectionString,
      application_name: 'prisma-gyro',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    })
    // Without a listener a lost connection would end the process; the running query rejects anyway.
    client.on('error', () => {})
    await client.connect().catch(async (error: unknown) => {
      await client.end().catch(() => {})
      throw error
    })
    return client as unknown as PostgresClient
  } catch (error) {
    throw translateConnectError(error, describeDatabase(url))
  }
}

/** Opens a connection, hands it to `use` and ends it, whatever happens. */
export async function withConnection<Result>(
  url: DatabaseUrl,
  use: (client: PostgresClient) => Promise<Result>,
): Promise<Result> {
  const client = await connect(url)
  try {
    return await use(client)
  } finally {
    // A connection that is gone already cannot be ended; that must not hide what went before.
    await client.end().catch(() => {})
  }
}
