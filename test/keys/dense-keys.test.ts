import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DenseKeys } from '../../src/keys/dense-keys.js'

const PAGE = 65_536

describe('DenseKeys', () => {
  it('ranks every key as a sorted list does', () => {
    const from = fc.oneof(
      fc.integer({ min: -100, max: 100 }),
      fc.integer({ min: PAGE - 140, max: PAGE + 40 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      fc.maxSafeInteger(),
    )
    const length = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 140 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(from, length)), fc.array(from), (runs, others) => {
        const keys = new DenseKeys()
        const added = runs.flatMap(([first, count]) => addRun(keys, first, count))

        const sorted = [...new Set(added)].sort((a, b) => a - b)
        expect([...keys.keys()]).toEqual(sorted)
        keys.seal()
        expect(keys.size).toBe(sorted.length)
        const rankOf = new Map(sorted.map((key, rank) => [key, rank]))
        for (const key of [...added, ...others]) {
          expect(keys.rankOf(key)).toBe(rankOf.get(key) ?? -1)
        }
        const cameTwice = added.filter((key, index) => added.indexOf(key) < index)
        expect(cameTwice.length === 0 ? [null] : cameTwice).toContainEqual(keys.duplicate)
      }),
    )
  })

  it('takes runs of many pages', () => {
    const keys = new DenseKeys()
    keys.addRun(-PAGE - 5, 3 * PAGE)

    keys.seal()

    expect(keys).toMatchObject({ size: 4 * PAGE + 6, duplicate: null })
    expect(keys.range).toEqual({ from: -PAGE - 5, to: 3 * PAGE })
    expect([-PAGE - 6, 0, 3 * PAGE].map((key) => keys.rankOf(key))).toEqual([
      -1,
      PAGE + 5,
      4 * PAGE + 5,
    ])
  })

  it('ranks all bits of a page', () => {
    const keys = new DenseKeys()
    for (let key = -PAGE; key < PAGE; key += 3) keys.addRun(key, key)

    keys.seal()

    for (let key = -PAGE; key < PAGE; key++) {
      const expected = (key + PAGE) % 3 === 0 ? (key + PAGE) / 3 : -1
      if (keys.rankOf(key) !== expected) throw new Error(`${key} has rank ${keys.rankOf(key)}`)
    }
  })

  it('holds no key at first', () => {
    const keys = new DenseKeys()

    keys.seal()

    expect(keys).toMatchObject({ size: 0, range: null, bytes: 0 })
    expect(keys.rankOf(0)).toBe(-1)
    expect(keys.rankOf(Number.NaN)).toBe(-1)
  })

  it('counts the memory of its pages', () => {
    const keys = denseKeysOf([-1, 0, PAGE - 1, PAGE, 7])

    expect(keys.bytes).toBe(3 * 8192)
  })

  it.each([
    ['many pages side by side', [0, PAGE, 2 * PAGE, 5 * PAGE]],
    ['pages far apart', [0, 1000 * PAGE, -(10 ** 9) * PAGE]],
  ])('finds %s', (_, added) => {
    const keys = denseKeysOf(added)

    keys.seal()

    const sorted = added.toSorted((a, b) => a - b)
    expect(sorted.map((key) => keys.rankOf(key))).toEqual([...sorted.keys()])
    expect([-1, 7 * PAGE, 3 * PAGE, -PAGE].map((key) => keys.rankOf(key))).toEqual([-1, -1, -1, -1])
  })

  it.each([
    [[7], { from: 7, to: 7 }],
    [[0, -1, 1], { from: -1, to: 1 }],
    [[3, 1, 2, 2], { from: 1, to: 3 }],
    [[1, 3], null],
    [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], null],
  ])('tells whether %j are all between two', (added, range) => {
    const keys = denseKeysOf(added)

    keys.seal()

    expect(keys.range).toEqual(range)
  })
})

/** Adds some keys from `first` on, no further than keys go; gives them. */
function addRun(keys: DenseKeys, first: number, count: number): readonly number[] {
  const to = Math.min(first + count - 1, Number.MAX_SAFE_INTEGER)
  keys.addRun(first, to)
  return Array.from({ length: to - first + 1 }, (_, index) => first + index)
}

function denseKeysOf(added: readonly number[]): DenseKeys {
  const keys = new DenseKeys()
  for (const key of added) keys.addRun(key, key)
  return keys
}
