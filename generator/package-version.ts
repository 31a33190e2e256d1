import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The version in the nearest `package.json`, upwards: this file is compiled one folder deeper. */
export function readPackageVersion(folder: string = import.meta.dirname): string {
  const file = path.join(folder, 'package.json')
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    : readPackageVersion(path.dirname(folder))
}
