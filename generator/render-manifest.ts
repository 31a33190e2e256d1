import type { Manifest } from '../src/manifest/manifest.js'

/** `manifest.json`, which the command line reads. */
export function renderManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}
