import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import type { ServerAccount } from './server-account.js'

/** What the keeper does. */
export interface KeeperOrders {
  readonly pgCtl: string
  /** Arguments of `pg_ctl`. */
  readonly start: readonly string[]
  /** Arguments of `pg_ctl`. */
  readonly stop: readonly string[]
  readonly account: ServerAccount
  /** A folder to remove in the end, or null. */
  readonly remove: string | null
}

/** A running keeper and, through it, a running server. */
export interface ServerKeeper {
  /** Resolves when the server has stopped. */
  stop(): Promise<void>
}

/**
 * Starts the keeper: a process that starts the server, waits until its channel to us closes, and
 * stops the server. The channel closes when we are done, and also when we crash or are killed, so
 * that no server is left behind. Out of the terminal's process group, it survives Ctrl-C.
 *
 * @throws {Error} With what `pg_ctl` said, when the server does not start.
 */
export async function startKeeper(orders: KeeperOrders): Promise<ServerKeeper> {
  const keeper = spawn(process.execPath, ['--input-type=commonjs', '-e', KEEP], {
    cwd: tmpdir(),
    // The server would refuse to start under a locale that this machine does not have.
    env: { ...process.env, LC_ALL: 'C' },
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = once(keeper, 'exit')
  keeper.send(orders)
  const problem = await Promise.race([once(keeper, 'message'), ended])
  if (problem[0] !== null) {
    throw new Error(String(problem[0]))
  }
  return {
    async stop() {
      keeper.disconnect()
      await ended
    },
  }
}

/** Answers null when the server runs, else what went wrong. Its last act is the same either way. */
const KEEP = `
const { spawnSync } = require('node:child_process')
process.once('message', ({ pgCtl, start, stop, account, remove }) => {
  const options = { ...account, encoding: 'utf8', windowsHide: true }
  process.once('disconnect', () => {
    spawnSync(pgCtl, stop, options)
    if (remove !== null) {
      require('node:fs').rmSync(remove, { recursive: true, force: true })
    }
  })
  const { status, error, stdout, stderr } = spawnSync(pgCtl, start, options)
  const problem = status === 0 ? null : String(error ?? stderr + stdout)
  process.send(problem, () => problem === null || process.exit())
})`
