import { describe, expect, it } from '@jest/globals'
import { fingerprintManifest } from '../../src/manifest/fingerprint-manifest.js'
import type { Manifest } from '../../src/manifest/manifest.js'

const MANIFEST: Manifest = {
  version: 1,
  models: [],
  enums: [
    { name: 'A', type: 'a', values: [] },
    { name: 'B', type: 'b', values: [] },
  ],
}

describe('fingerprintManifest', () => {
  it('stays the same from one version to the next', () => {
    expect(fingerprintManifest(MANIFEST)).toBe(
      'e1f678c07d4ca8ffd9d3c8992d88ded5dded35ea120d029aa556db59f4b7fe8d',
    )
  })

  it('does not depend on the order of properties', () => {
    const { version, models, enums } = MANIFEST
    const turned = { enums, models, version }

    expect(fingerprintManifest(turned)).toBe(fingerprintManifest(MANIFEST))
  })

  it('depends on the order of lists', () => {
    const turned = { ...MANIFEST, enums: MANIFEST.enums.toReversed() }

    expect(fingerprintManifest(turned)).not.toBe(fingerprintManifest(MANIFEST))
  })
})
