import { describe, expect, it } from '@jest/globals'
import { fingerprintManifest } from '../../src/manifest/fingerprint-manifest.js'
import type { Manifest } from '../../src/manifest/manifest.js'

const MANIFEST: Manifest = {
  version: 1,
  relationMode: 'foreignKeys',
  models: [],
  enums: [
    { name: 'A', schema: null, type: 'a', values: [] },
    { name: 'B', schema: null, type: 'b', values: [] },
  ],
  excluded: [],
}

describe('fingerprintManifest', () => {
  it('stays the same from one version to the next', () => {
    expect(fingerprintManifest(MANIFEST)).toBe(
      '1b1966f1b685b8b07c37623e1dfa94bd57bc56f194d7744b4ebce683df7a08cf',
    )
  })

  it('does not depend on the order of properties', () => {
    const turned = Object.fromEntries(Object.entries(MANIFEST).toReversed()) as unknown as Manifest

    expect(fingerprintManifest(turned)).toBe(fingerprintManifest(MANIFEST))
  })

  it('depends on the order of lists', () => {
    const turned = { ...MANIFEST, enums: MANIFEST.enums.toReversed() }

    expect(fingerprintManifest(turned)).not.toBe(fingerprintManifest(MANIFEST))
  })
})
