import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startFailed } from './embedded-error.js'
import type { Binaries } from './find-binaries.js'
import { runProgram } from './run-program.js'
import type { ServerAccount } from './server-account.js'

/** What a folder of the embedded PostgreSQL holds. */
export interface Cluster {
  readonly folder: string
  readonly data: string
  readonly log: string
  /** Of the superuser `postgres`: other users of the machine must not become it. */
  readonly passwordFile: string
}

export function clusterIn(folder: string): Cluster {
  return {
    folder,
    data: path.join(folder, 'data'),
    log: path.join(folder, 'server.log'),
    passwordFile: path.join(folder, 'password'),
  }
}

/**
 * Creates an empty cluster at `folder`, unless there is one. It appears at once or not at all, so that
 * an interrupted start leaves nothing half done.
 *
 * @throws {GyroError} `EMBEDDED.START_FAILED`.
 */
export async function createCluster(
  folder: string,
  { initdb, version }: Binaries,
  account: ServerAccount,
): Promise<void> {
  await removeOldDrafts(folder)
  if (existsSync(folder)) {
    return
  }
  const draft = clusterIn(await mkdtemp(`${folder}${DRAFT}`))
  try {
    await writeFile(draft.passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 })
    await giveAway([draft.folder, draft.passwordFile], account)
    await runProgram(initdb, initdbArguments(draft, version), account)
    await rename(draft.folder, folder).catch((error: Error) => {
      throw startFailed('The operating system', error.message, error)
    })
  } finally {
    await rm(draft.folder, { recursive: true, force: true })
  }
}

/** Follows the name of the folder that is to be. */
const DRAFT = '-new-'

/** `initdb` takes seconds: a draft that old, in milliseconds, has nobody who works on it. */
const OLD_MS = 600_000

/** A process that was killed meanwhile leaves its draft behind, some 40 MB. */
async function removeOldDrafts(folder: string): Promise<void> {
  const parent = path.dirname(folder)
  const drafts = (await readdir(parent)).filter((name) =>
    name.startsWith(`${path.basename(folder)}${DRAFT}`),
  )
  for (const draft of drafts.map((name) => path.join(parent, name))) {
    // It may be gone by now: another start was at it.
    const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (Date.now() - mtimeMs > OLD_MS) {
      await rm(draft, { recursive: true, force: true })
    }
  }
}

/** The same on every machine: UTF-8, sorted by code point, messages in English. */
function initdbArguments({ data, passwordFile }: Cluster, version: string): string[] {
  const hasBuiltinLocales = Number.parseInt(version, 10) >= 17
  return [
    ...['--pgdata', data, '--username', 'postgres', '--pwfile', passwordFile],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
    // Without them letters beyond ASCII have no upper case.
    ...(hasBuiltinLocales ? ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'] : []),
  ]
}

async function giveAway(paths: readonly string[], { uid, gid }: ServerAccount): Promise<void> {
  if (uid !== undefined && gid !== undefined) {
    await Promise.all(paths.map((file) => chown(file, uid, gid)))
  }
}
