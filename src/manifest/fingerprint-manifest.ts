import { createHash } from 'node:crypto'
import type { Manifest } from './manifest.js'

/**
 * SHA-256 of what a manifest says, as 64 hexadecimal digits. The order of properties and the layout
 * of the file do not count; the order of columns does.
 */
export function fingerprintManifest(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest, sortProperties)).digest('hex')
}

function sortProperties(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value
  }
  return Object.fromEntries(Object.entries(value).sort())
}
