import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { KeyMap } from '../../src/keys/key-map.js'
import type { KeyPiece } from '../../src/keys/key-pieces.js'
import { decodeRuns } from '../../src/keys/key-runs.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import type { IdRun } from '../../src/postgres/sequence.js'

/** All pairs of a piece: what a reader of `prisma_gyro.key_range` would make of it. */
function pairsOf({ runs, rows, ...piece }: KeyPiece): readonly (readonly [bigint, bigint])[] {
  const parts = runs === null ? [{ offset: 0, count: rows }] : [...decodeRuns(runs)]
  const sources = parts.flatMap(({ offset, count }) =>
    Array.from({ length: count }, (_, place) => piece.sourceFrom + BigInt(offset + place)),
  )
  return sources.map((source, rank) => [source, piece.targetFrom + BigInt(rank) * piece.targetStep])
}

function setOf(keys: Iterable<bigint>): IntegerKeySet {
  const set = new IntegerKeySet()
  for (const key of keys) {
    if (Number.isSafeInteger(Number(key))) set.add(Number(key))
    else set.addBig(key)
  }
  set.seal()
  return set
}

function mapOf(keys: readonly bigint[], runs: readonly IdRun[]): KeyMap {
  return new KeyMap(setOf(keys), new ReservedKeys(runs))
}

/** Keys as exports have them: close together, in long runs, far apart, beyond 2^53. */
const someKeys = fc
  .tuple(
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    fc.array(
      fc.tuple(
        fc.oneof(fc.bigInt({ min: 1n, max: 4n }), fc.bigInt({ min: 1n, max: 2n ** 54n })),
        fc.integer({ min: 1, max: 80 }),
      ),
      { maxLength: 20 },
    ),
  )
  .map(([start, runs]) => {
    const keys: bigint[] = []
    let next = start % (runs.length % 2 === 0 ? 2n ** 52n : 2n ** 62n)
    for (const [gap, count] of runs) {
      next += gap
      for (let i = 0; i < count; i++) keys.push(next++)
    }
    return keys
  })

/** Ids in runs, each behind the one before, at least as many as there are keys. */
const idsFor = (count: number): fc.Arbitrary<readonly IdRun[]> =>
  fc
    .tuple(
      fc.constantFrom(1n, 7n, -3n),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.bigInt({ min: 0n, max: 9n }))),
    )
    .map(([step, cuts]) => {
      const runs: IdRun[] = []
      let from = 1000n
      let left = count + 5
      for (const [size, gap] of [...cuts, [count + 5, 0n] as const]) {
        if (left <= 0) break
        runs.push({ from, count: Math.min(size, left), step })
        from += (BigInt(size) + gap) * step
        left -= size
      }
      return runs
    })

describe('the pieces of a map of keys', () => {
  it('tell every pair, and no other', () => {
    const maps = someKeys.chain((keys) => idsFor(keys.length).map((runs) => ({ keys, runs })))
    fc.assert(
      fc.property(maps, ({ keys, runs }) => {
        const map = mapOf(keys, runs)

        const pieces = [...map.pieces()]

        const pairs = pieces.flatMap(pairsOf)
        expect(pairs).toHaveLength(keys.length)
        for (const [source, target] of pairs) expect(map.bigTargetOf(source)).toBe(target)
        for (const piece of pieces) {
          const own = pairsOf(piece)
          expect(own.at(0)?.[0]).toBe(piece.sourceFrom)
          expect(own.at(-1)?.[0]).toBe(piece.sourceTo)
        }
      }),
    )
  })

  it('are one where all keys follow each other', () => {
    const keys = Array.from({ length: 200_000 }, (_, key) => BigInt(key + 5))
    const pieces = [...mapOf(keys, [{ from: 9n, count: 200_000, step: 1n }]).pieces()]

    expect(pieces).toEqual([
      {
        sourceFrom: 5n,
        sourceTo: 200_004n,
        targetFrom: 9n,
        targetStep: 1n,
        rows: 200_000,
        runs: null,
      },
    ])
  })

  it('take little where keys have gaps', () => {
    const keys = Array.from({ length: 100_000 }, (_, key) => BigInt(3 * key + (key % 7)))
    const pieces = [...mapOf(keys, [{ from: 1n, count: 100_000, step: 1n }]).pieces()]

    const bytes = pieces.reduce((sum, { runs }) => sum + (runs?.length ?? 0), 0)
    expect(bytes).toBeLessThan(2_000)
    expect(pieces.flatMap(pairsOf).map(([source]) => source)).toEqual(
      keys.toSorted((a, b) => (a < b ? -1 : 1)),
    )
  })

  it('are kept small', () => {
    const keys = Array.from({ length: 70_000 }, (_, key) => BigInt(2 * key))
    const pieces = [...mapOf(keys, [{ from: 1n, count: 70_000, step: 1n }]).pieces()]

    expect(pieces.map(({ rows }) => rows)).toEqual([32_769, 32_769, 4_462])
  })

  it('are none where there are no keys', () => {
    expect([...mapOf([], []).pieces()]).toEqual([])
  })
})
