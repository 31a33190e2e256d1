import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { IntegerPairs } from '../../src/keys/integer-pairs.js'
import { packPairs, unpackPairs } from '../../src/keys/key-blocks.js'

const LIMIT = 2 ** 51

/** Around zero, around 2^32 and anywhere; no negative zero, which is no other integer. */
const key = fc
  .oneof(
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 3 }),
    fc.maxSafeInteger().map((number) => number % LIMIT),
    fc.constantFrom(LIMIT, -LIMIT),
  )
  .map((number) => number + 0)

describe('packed pairs of integers', () => {
  it('are what they were, in the order of their source keys', () => {
    const pairs = fc.array(fc.tuple(key, key)).map((all) => new Map(all))
    fc.assert(
      fc.property(pairs, (map) => {
        const blocks = [...packPairs(buildPairs(map))]

        const unpacked = blocks.flatMap((block) => [...unpackPairs(block)])
        expect(unpacked).toEqual([...map].toSorted(([a], [b]) => a - b))
        for (const block of blocks) {
          const targets = [...unpackPairs(block)].map(([, target]) => target)
          expect(block.targetFrom).toBe(BigInt(Math.min(...targets)))
          expect(block.targetTo).toBe(BigInt(Math.max(...targets)))
        }
      }),
    )
  })

  it('are in blocks that do not overlap', () => {
    const stride = 7_919
    const map = new Map(
      Array.from({ length: 10_000 }, (_, row) => [(row * stride) % 10_000, row] as const),
    )

    const blocks = [...packPairs(buildPairs(map))]

    expect(blocks.map(({ rows }) => rows)).toEqual([4096, 4096, 1808])
    expect(blocks.map(({ sourceFrom, sourceTo }) => [sourceFrom, sourceTo])).toEqual([
      [0n, 4095n],
      [4096n, 8191n],
      [8192n, 9999n],
    ])
    expect(new Map(blocks.flatMap((block) => [...unpackPairs(block)]))).toEqual(map)
  })
})

describe('IntegerPairs', () => {
  it('finds what a Map would', () => {
    const pairs = fc.array(fc.tuple(key, key)).map((all) => new Map(all))
    fc.assert(
      fc.property(pairs, fc.array(key), (map, others) => {
        const integers = buildPairs(map)

        for (const source of [...map.keys(), ...others, 0.5, Number.NaN]) {
          expect(integers.targetOf(source)).toBe(map.get(source) ?? Number.NaN)
        }
        expect([...integers.entries()]).toEqual([...map])
        expect(integers.size).toBe(map.size)
      }),
    )
  })

  it('grows', () => {
    const map = new Map(Array.from({ length: 50_000 }, (_, source) => [source * 1024, -source - 1]))

    const integers = buildPairs(map)

    expect([...map].every(([source, target]) => integers.targetOf(source) === target)).toBe(true)
    expect(integers.targetOf(1)).toBeNaN()
  })
})

function buildPairs(map: ReadonlyMap<number, number>): IntegerPairs {
  const pairs = new IntegerPairs()
  for (const [source, target] of map) pairs.add(source, target)
  return pairs
}
