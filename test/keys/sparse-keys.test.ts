import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { SparseKeys } from '../../src/keys/sparse-keys.js'

describe('SparseKeys', () => {
  it('ranks numbers as a sorted list does, and tells one that was there twice', () => {
    const key = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger())
    fc.assert(
      fc.property(fc.array(key), fc.array(key), (added, others) => {
        const keys = new SparseKeys((length) => new Float64Array(length))
        for (const each of added) keys.add(each)

        const duplicate = keys.seal()

        const sorted = [...new Set(added)].sort((a, b) => a - b)
        expect(keys.size).toBe(sorted.length)
        expect(added.filter((each) => each === duplicate).length > 1).toBe(duplicate !== null)
        expect(duplicate === null).toBe(sorted.length === added.length)
        const asked = [...added, ...others]
        expect(asked.map((each) => keys.rankOf(each))).toEqual(
          asked.map((each) => sorted.indexOf(each)),
        )
      }),
    )
  })

  it('ranks integers of 64 bits exactly', () => {
    const keys = new SparseKeys((length) => new BigInt64Array(length))
    for (const key of [2n ** 63n - 1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 53n]) keys.add(key)

    expect(keys.seal()).toBeNull()

    const asked = [-(2n ** 63n), 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n]
    expect(asked.map((key) => keys.rankOf(key))).toEqual([0, 1, 2, 3, -1])
  })

  it('grows', () => {
    const keys = new SparseKeys((length) => new Float64Array(length))
    for (let key = 5000; key > 0; key--) keys.add(key)

    keys.seal()

    expect([0, 1, 2500, 5000, 5001].map((key) => keys.rankOf(key))).toEqual([-1, 0, 2499, 4999, -1])
  })
})
