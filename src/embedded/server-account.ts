import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import path from 'node:path'
import { closedFolder } from './embedded-error.js'

/** Whom the server runs as; empty for ourselves. Options of `child_process`. */
export interface ServerAccount {
  readonly uid?: number
  readonly gid?: number
}

/**
 * PostgreSQL refuses to run as root. For root it runs as the owner of its data, which at first is the
 * user `postgres`, or `nobody` where there is none.
 *
 * @param folder Where the data is, or will be.
 */
export function findAccount(folder: string): ServerAccount {
  if (process.getuid?.() !== 0) {
    return {}
  }
  const owner = statSync(folder, { throwIfNoEntry: false })
  return owner === undefined ? { uid: lookUp('-u'), gid: lookUp('-g') } : pick(owner)
}

function lookUp(flag: string): number {
  const script = `id ${flag} postgres 2>/dev/null || id ${flag} nobody`
  return Number(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))
}

function pick({ uid, gid }: Required<ServerAccount>): ServerAccount {
  return { uid, gid }
}

/**
 * Checks that the account may enter every folder on the way to a path.
 *
 * @throws {GyroError} `EMBEDDED.START_FAILED` naming the first that it may not enter.
 */
export function checkWay(account: ServerAccount, goal: string): void {
  const closed = findClosed(account, goal)
  if (closed !== null) {
    throw closedFolder(closed, goal)
  }
}

/** The first folder on the way to a path that the account may not enter; null when it may all. */
export function findClosed({ uid, gid }: ServerAccount, goal: string): string | null {
  if (uid === undefined) {
    return null
  }
  const isClosed = (folder: string) => {
    const stats = statSync(folder)
    const entering = stats.uid === uid ? 0o100 : stats.gid === gid ? 0o010 : 0o001
    return (stats.mode & entering) === 0
  }
  return ancestors(path.dirname(goal)).reverse().find(isClosed) ?? null
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder)
  return parent === folder ? [folder] : [folder, ...ancestors(parent)]
}
