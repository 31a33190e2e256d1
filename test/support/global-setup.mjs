// One PostgreSQL for the whole run, in a folder of its own, on a free port. Its URL is in
// PRISMA_GYRO_TEST_URL, which the workers inherit. It stops with the run, even if that is killed.
import { tmpdir } from 'node:os'
import path from 'node:path'
import './typescript.mjs'

export default async function setUp() {
  const { startServer } = await import('../../src/embedded/embedded-server.ts')
  const server = await startServer({
    folder: path.join(tmpdir(), `prisma-gyro-test-${process.pid}`),
    projectFolder: process.cwd(),
    keepData: false,
    // Fast, and nothing here has to survive a crash.
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      shared_buffers: '64MB',
    },
  })
  process.env.PRISMA_GYRO_TEST_URL = server.urlOf('postgres')
  globalThis.testServer = server
}
