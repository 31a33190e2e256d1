import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type PackedRows, RowSet, renderTids } from '../../src/slice/row-set.js'

type Place = readonly [oid: number, block: number, offset: number]

/** Rows as pages hold them: enough to make a bitmap of a list, a few of which have it widened. */
const close = fc
  .tuple(fc.array(fc.nat({ max: 2000 }), { maxLength: 800, size: 'max' }), fc.nat({ max: 3 }))
  .map(([numbers, wide]) =>
    numbers.map((number, index): Place => {
      const offset = index % 100 < wide ? 31 + (number % 261) : 1 + (number % 31)
      return [16_384, number >>> 4, offset]
    }),
  )

/** Rows at the ends of what PostgreSQL can have. */
const far = fc.array(
  fc.tuple(
    fc.constantFrom(16_384, 4_294_967_295),
    fc.constantFrom(0, 255, 256, 65_535, 16_777_216, 4_294_967_294),
    fc.constantFrom(1, 31, 32, 291, 2300, 65_535),
  ),
  { maxLength: 20 },
)

const places = fc.tuple(close, far).map(([some, others]): Place[] => [...others, ...some])

const keyOf = (row: Place) => row.map((part) => String(part).padStart(10, '0')).join()

/** The reference implementation: a sorted array of texts. */
function plain(rows: readonly Place[]): readonly string[] {
  return [...new Set(rows.map(keyOf))].toSorted()
}

function setOf(rows: readonly Place[]): RowSet {
  const set = new RowSet()
  for (const row of rows) set.add(...row)
  return set
}

function listed(set: RowSet): readonly string[] {
  return [...set.rows()].map(({ oid, segment, row }) =>
    keyOf([oid, segment * 256 + (row >>> 16), row & 0xffff]),
  )
}

/** What a statement would give. */
function packed(rows: readonly Place[]): readonly PackedRows[] {
  return rows.map(([oid, block, offset]) => {
    const bytes = Buffer.alloc(6)
    bytes.writeUInt32BE(block)
    bytes.writeUInt16BE(offset, 4)
    return { oid, segment: bytes.subarray(0, 3), rows: bytes.subarray(3) }
  })
}

describe('RowSet', () => {
  it('is what a sorted list is', () => {
    const property = fc.property(places, places, (some, others) => {
      const set = setOf(some)
      const other = setOf(others)
      const expected = plain(some)
      const known = new Set(expected)
      const unwanted = new Set(plain(others))

      expect(listed(set)).toEqual(expected)
      expect(set.size).toBe(expected.length)
      const found = others.filter((row) => set.has(...row))
      expect(plain(found)).toEqual([...unwanted].filter((key) => known.has(key)))
      expect(listed(set.intersect(other))).toEqual(plain(found))
      expect(listed(set.minus(other))).toEqual(expected.filter((key) => !unwanted.has(key)))
      const both = set.copy()
      both.addAll(other)
      for (const row of packed(some)) other.addPacked(row)
      expect(listed(both)).toEqual(plain([...some, ...others]))
      expect(listed(other)).toEqual(listed(both))
      expect([both.size, other.size]).toEqual(Array(2).fill(listed(both).length))
      expect(set.size).toBe(expected.length)
    })

    fc.assert(property, { numRuns: 25 })
  })

  it('tells whether a row is new', () => {
    const set = new RowSet()

    const first = set.add(1, 2, 3)

    expect([first, set.add(1, 2, 3), set.add(2, 2, 3)]).toEqual([true, false, true])
  })

  it('gives all rows in chunks of one table each', () => {
    const rows: Place[] = [
      [9, 0, 1],
      [7, 4_294_967_294, 65_535],
      [7, 0, 2],
      [7, 0, 1],
      [7, 300, 1],
    ]

    const chunks = [...setOf(rows).chunks(2)]

    expect(chunks.map((chunk) => [chunk.oid, chunk.rows, renderTids(chunk)])).toEqual([
      [7, 2, ['(0,1)', '(0,2)']],
      [7, 2, ['(300,1)', '(4294967294,65535)']],
      [9, 1, ['(0,1)']],
    ])
    expect([...new RowSet().chunks(2)]).toEqual([])
  })
})
