import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type EmbeddedServer, startServer } from '../../src/embedded/embedded-server.js'
import { type PostgresClient, queryRow } from '../../src/postgres/client.js'
import { until } from './until.js'

/** A server that a test may stop in the middle. */
export interface OwnServer {
  /** Stops it at once, as a crash of its machine does, without a word to its clients. */
  stopImmediately(client: PostgresClient): Promise<void>
  /** Starts it again, with the same data at another port. */
  startAgain(): Promise<void>
}

/**
 * Has `withTestDatabase` use a server that is like that of the run, but serves only this test; gone
 * afterwards whatever happens.
 */
export async function withOwnServer(use: (server: OwnServer) => Promise<void>): Promise<void> {
  const { PRISMA_GYRO_TEST_URL: shared, PRISMA_GYRO_TEST_POSTGRES: packageName } = process.env
  const folder = path.join(tmpdir(), `prisma-gyro-own-${randomUUID()}`)
  let server: EmbeddedServer | null = null
  const start = async () => {
    server = await startServer({
      folder,
      projectFolder: process.cwd(),
      ...(packageName === undefined ? {} : { packageName }),
      keepData: true,
      settings: { fsync: 'off' },
    })
    process.env['PRISMA_GYRO_TEST_URL'] = server.urlOf('postgres')
  }
  const startAgain = async () => {
    await server?.stop()
    await start()
  }
  try {
    await start()
    await use({ stopImmediately, startAgain })
  } finally {
    process.env['PRISMA_GYRO_TEST_URL'] = shared
    await (server as EmbeddedServer | null)?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function stopImmediately(client: PostgresClient): Promise<void> {
  const { lock, pid } = await queryRow<{ lock: string; pid: number }>(client, {
    text: `\
select current_setting('data_directory') || '/postmaster.pid' as lock,
  split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
    values: [],
  })
  process.kill(pid, 'SIGQUIT')
  // What it removes last. Its process may be there for longer: nobody has asked how it ended.
  await until(() => !existsSync(lock))
}
