import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { anyKey, compareRank, keySetOf, sourceKeys } from './arbitrary-keys.js'

const PAGE = 65_536

describe('IntegerKeySet', () => {
  it('ranks every key as a sorted list does', () => {
    fc.assert(
      fc.property(sourceKeys(), fc.array(anyKey()), (added, others) => {
        const keys = keySetOf(added)

        const sorted = added.toSorted(compareRank)
        expect(keys.size).toBe(added.length)
        for (const key of [...added, ...others]) {
          expect(rankOf(keys, key)).toBe(sorted.indexOf(key))
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['with bitmaps', 150, 300],
    ['when there are too many bitmaps', 2100, 2300],
  ])('ranks spread keys as a sorted list does, %s', (_, minLength, maxLength) => {
    const key = fc.integer({ min: -(10 ** 5), max: 10 ** 5 }).map((page) => page * PAGE + 7)
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength, maxLength }), (added) => {
        const keys = keySetOf(added.map(BigInt))

        const sorted = added.toSorted((a, b) => a - b)
        expect(keys.range).toBeNull()
        expect(keys.size).toBe(added.length)
        expect(sorted.map((each) => keys.rankOf(each))).toEqual([...sorted.keys()])
        expect(keys.rankOf(8)).toBe(-1)
      }),
      { numRuns: 10 },
    )
  })

  it('tells the range of keys that leave none out', () => {
    expect(keySetOf([3n, 1n, 2n]).range).toEqual({ from: 1, to: 3 })
    expect(keySetOf([3n, 1n]).range).toBeNull()
    expect(keySetOf([3n, 2n ** 53n]).range).toBeNull()
    expect(keySetOf([]).range).toBeNull()
  })

  it.each<[string, readonly bigint[], number | bigint | null]>([
    ['none', [1n, 2n, 2n ** 60n], null],
    ['one among small keys', [1n, 2n, 1n], 1],
    ['minus zero', [0n, 5n, 0n], 0],
    ['one beyond 2^53', [2n ** 53n + 1n, 1n, 2n ** 53n + 1n], 2n ** 53n + 1n],
  ])('finds a key that was added twice: %s', (_, added, duplicate) => {
    const keys = new IntegerKeySet()
    for (const key of added) {
      if (key < 2n ** 53n) keys.add(Number(key))
      else keys.addBig(key)
    }

    expect(keys.seal()).toBe(duplicate)
    expect(keys.size).toBe(new Set(added).size)
  })

  it.each([
    ['before the keys turned out to be spread', 1],
    ['afterwards', 299],
  ])('finds a spread key that was added twice: %s', (_, at) => {
    const keys = new IntegerKeySet()
    for (let page = 0; page < 300; page++) {
      keys.add(page * PAGE)
      if (page === at) keys.add(page * PAGE)
    }

    expect(keys.seal()).toBe(at * PAGE)
    expect(keys.size).toBe(300)
    expect(keys.rankOf(299 * PAGE)).toBe(299)
  })

  it('takes two bits for each of many dense keys', () => {
    const keys = new IntegerKeySet()
    const before = process.memoryUsage().arrayBuffers
    for (let key = 1; key <= 2_000_000; key++) keys.add(key)

    keys.seal()

    // The bitmaps of the adding may not be collected yet: a bit more for each key.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
    expect(keys.rankOf(2_000_000)).toBe(1_999_999)
  })
})

function rankOf(keys: IntegerKeySet, key: bigint): number {
  const small = Number(key)
  return Number.isSafeInteger(small) ? keys.rankOf(small) : keys.rankOfBig(key)
}
