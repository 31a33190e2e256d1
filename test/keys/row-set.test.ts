import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ALL_ROWS, RowSet } from '../../src/keys/row-set.js'

describe('RowSet', () => {
  it('holds the rows that were added, and finds those between them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 200 })), (rows) => {
        const set = buildSet(rows)

        const numbers = Array.from({ length: 300 }, (_, row) => row)
        const others = numbers.filter((row) => !rows.includes(row))
        expect(set.size).toBe(rows.length)
        expect(numbers.filter((row) => set.has(row))).toEqual(rows.toSorted((a, b) => a - b))
        expect(others.map((_, before) => set.rowBehind(before))).toEqual(others)
      }),
    )
  })

  it('grows, also far beyond what it holds', () => {
    const rows = [0, 31, 32, 32_768, 65_535, 10_000_000]

    const set = buildSet(rows)

    expect(rows.every((row) => set.has(row))).toBe(true)
    expect([1, 30, 33, 9_999_999, 10_000_001, 1e12].some((row) => set.has(row))).toBe(false)
  })
})

describe('ALL_ROWS', () => {
  it('has every row', () => {
    expect([0, 7, 1e9].every((row) => ALL_ROWS.has(row))).toBe(true)
    expect(ALL_ROWS.rowBehind(3)).toBe(3)
  })
})

function buildSet(rows: readonly number[]): RowSet {
  const set = new RowSet()
  for (const row of rows) set.add(row)
  return set
}
