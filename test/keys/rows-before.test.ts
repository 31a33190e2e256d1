import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RowSet } from '../../src/keys/row-set.js'
import { RowsBefore } from '../../src/keys/rows-before.js'

const ROWS = 60

const someRows = fc.uniqueArray(fc.integer({ min: 0, max: ROWS - 1 }))

function setOf(rows: readonly number[]): RowSet {
  const set = new RowSet()
  for (const row of rows) set.add(row)
  return set
}

it('leaves out so many rows of those that are not left out already', () => {
  fc.assert(
    fc.property(someRows, fc.integer({ min: 0, max: ROWS }), (left, sent) => {
      const others = left.length === 0 ? undefined : setOf(left)
      const rows = new RowsBefore(sent, others)

      const all = Array.from({ length: 2 * ROWS }, (_, row) => row)
      const free = all.filter((row) => !left.includes(row)).slice(sent)

      expect(all.filter((row) => !rows.has(row))).toEqual(free)
      for (const place of [0, 1, 7]) expect(rows.rowBehind(place)).toBe(free[place])
    }),
  )
})

it('keeps a set of rows as bytes', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100_000 })), (rows) => {
      const set = setOf(rows)

      const kept = RowSet.fromBytes(set.toBytes())

      expect(kept.size).toBe(set.size)
      const looked = [...rows, ...rows.map((row) => row + 1), 0, 99]
      expect(looked.map((row) => kept.has(row))).toEqual(looked.map((row) => set.has(row)))
    }),
  )
})
