// A PostgreSQL of the benchmark's own, in a temporary folder: the same server for every contestant.
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer } from '../dist/src/embedded/embedded-server.js'
import { KEYS_BEFORE } from './shop.mjs'
import { withClient } from './with-client.mjs'

/** Durable as in production; WAL and checkpoints sized so that one run is not cut by a checkpoint. */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  shared_buffers: '256MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  // Vacuum of one contestant's rows must not run into the next one's time.
  autovacuum: 'off',
}

const DATABASE = 'bench'

/** Starts the server, hands its URL to `use`, stops it and deletes its folder, whatever happens. */
export async function withServer(use) {
  const server = await startServer({
    folder: path.join(tmpdir(), `gyro-bench-${process.pid}`),
    projectFolder: path.join(import.meta.dirname, '..'),
    settings: SETTINGS,
    keepData: false,
  })
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

/**
 * Drops what a contestant left and makes its tables anew, empty. Gives the URL of the database.
 *
 * @param sql Makes the tables.
 */
export async function freshDatabase(server, sql) {
  await withClient(server.urlOf('postgres'), async (client) => {
    await client.query(`drop database if exists ${DATABASE} with (force)`)
    await client.query(`create database ${DATABASE}`)
  })
  const url = server.urlOf(DATABASE)
  await withClient(url, async (client) => {
    await client.query(sql)
    await client.query(`\
select setval(quote_ident(sequencename), ${KEYS_BEFORE})
from pg_sequences
where schemaname = 'public'`)
    await client.query('checkpoint')
  })
  return url
}

/** Version and settings as the server says them. */
export function readFacts(server) {
  return withClient(server.urlOf('postgres'), async (client) => {
    const names = Object.keys(SETTINGS)
    const { rows } = await client.query(
      'select name, current_setting(name) as value from pg_settings where name = any($1)',
      [names],
    )
    const [{ server_version: postgres }] = (await client.query('show server_version')).rows
    return { postgres, settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
  })
}
