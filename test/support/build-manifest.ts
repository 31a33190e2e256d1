import type { Manifest } from '../../src/manifest/manifest.js'

/** A whole manifest; a test states what matters. */
export function buildManifest(parts: Partial<Manifest>): Manifest {
  return {
    version: 1,
    relationMode: 'foreignKeys',
    models: [],
    enums: [],
    excluded: [],
    ...parts,
  }
}
