import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, lstat, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { closedFolder } from './embedded-error.js'
import type { Binaries } from './find-binaries.js'

/** Open to every account of the machine, and kept when it starts anew. */
const OPEN_FOLDER = '/var/tmp'

/**
 * Where the server of a project goes that lies in a folder closed to the server's account, such as a
 * home of root: to a folder of its own, to which the place in the project becomes a link. A place
 * that is no link already stays as it is.
 *
 * @param folder Where the data should be.
 * @throws {GyroError} `EMBEDDED.START_FAILED` when somebody else has made the folder.
 */
export async function placeOutside(folder: string): Promise<string> {
  const place = path.join(await openHome(folder), path.basename(folder))
  const existing = await lstat(folder).catch(() => null)
  if (existing === null) {
    await symlink(place, folder)
  }
  return existing === null || existing.isSymbolicLink() ? place : folder
}

/** Copies the programs of PostgreSQL, once for each version, to where the account can run them. */
export async function copyBinaries({ initdb, pgCtl, version }: Binaries): Promise<Binaries> {
  const native = path.dirname(path.dirname(pgCtl))
  const home = await openHome(`${native} ${version}`)
  const copy = path.join(home, 'native')
  if (!existsSync(copy)) {
    // Appears at once or not at all: another start may be at it.
    const draft = await mkdtemp(path.join(home, 'new-'))
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    await chmod(draft, 0o755)
    await rename(draft, copy).catch(() => rm(draft, { recursive: true }))
  }
  const inCopy = (program: string) => path.join(copy, path.relative(native, program))
  return { initdb: inCopy(initdb), pgCtl: inCopy(pgCtl), version }
}

/** A folder that only we can write to and everybody can enter, the same for the same purpose. */
async function openHome(purpose: string): Promise<string> {
  const name = createHash('sha256').update(purpose).digest('hex').slice(0, 16)
  const home = path.join(OPEN_FOLDER, `prisma-gyro-${name}`)
  // Whatever is there already is looked at next.
  await mkdir(home).catch(() => {})
  const stats = await lstat(home)
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw closedFolder(home, purpose)
  }
  await chmod(home, 0o755)
  return home
}
