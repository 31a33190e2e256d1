import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DenseKeys } from '../../src/keys/dense-keys.js'

const PAGE = 65_536

describe('DenseKeys', () => {
  it('ranks every key as a sorted list does', () => {
    const key = fc.oneof(
      fc.integer({ min: -100, max: 100 }),
      fc.integer({ min: PAGE - 40, max: PAGE + 40 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      fc.maxSafeInteger(),
    )
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), fc.array(key), (added, others) => {
        const keys = new DenseKeys()

        const isNew = added.map((each) => keys.add(each))

        const sorted = [...new Set(added)].sort((a, b) => a - b)
        expect(isNew).toEqual(added.map((each, index) => added.indexOf(each) === index))
        expect([...keys.keys()]).toEqual(sorted)
        keys.seal()
        expect(keys.size).toBe(sorted.length)
        const asked = [...added, ...others]
        expect(asked.map((each) => keys.rankOf(each))).toEqual(
          asked.map((each) => sorted.indexOf(each)),
        )
      }),
    )
  })

  it('ranks all bits of a page', () => {
    const keys = new DenseKeys()
    for (let key = -PAGE; key < PAGE; key += 3) keys.add(key)

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
    const keys = new DenseKeys()
    for (const key of [-1, 0, PAGE - 1, PAGE]) keys.add(key)

    expect(keys.bytes).toBe(3 * 8192)
  })

  it.each([
    ['many pages side by side', [0, PAGE, 2 * PAGE, 5 * PAGE]],
    ['pages far apart', [0, 1000 * PAGE, -(10 ** 9) * PAGE]],
  ])('finds %s', (_, added) => {
    const keys = new DenseKeys()
    for (const key of added) keys.add(key)

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
    const keys = new DenseKeys()

    for (const key of added) keys.add(key)

    expect(keys.range).toEqual(range)
  })
})
