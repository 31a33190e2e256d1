// On what the figures were measured.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '..')
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
      'prisma-gyro': versionIn(ROOT),
      ...Object.fromEntries(
        PACKAGES.map((name) => [name, versionIn(path.join(ROOT, 'node_modules', name))]),
      ),
      psql: versionSaidBy('psql'),
      pgloader: versionSaidBy('pgloader'),
    },
    postgres: server?.postgres ?? null,
    settings: server?.settings ?? {},
  }
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
