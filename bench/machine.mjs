// On what the figures were measured.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const PACKAGES = ['pg', 'pg-copy-streams', '@prisma/client', 'fast-csv', 'typescript']

/**
 * The machine, the versions and the day.
 *
 * @param server `{ postgres, settings }` as the server says them; null where none was started.
 */
export function readMachine(server) {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    versions: {
      'prisma-gyro': versionIn(path.join(import.meta.dirname, '..')),
      ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
      psql: versionSaidBy('psql'),
      pgloader: versionSaidBy('pgloader'),
    },
    postgres: server?.postgres ?? null,
    settings: server?.settings ?? {},
  }
}

/** From where it is installed: not every package lets its package.json be resolved. */
function versionOf(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name)
  for (const folder of folders) {
    try {
      return versionIn(path.join(folder, name))
    } catch {}
  }
  return null
}

const versionIn = (folder) =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version

/** Null where it is not installed. */
function versionSaidBy(command) {
  try {
    return /\d[\w.~]*/.exec(execFileSync(command, ['--version'], { encoding: 'utf8' }))[0]
  } catch {
    return null
  }
}
