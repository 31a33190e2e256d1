import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { KeyPiece } from '../../src/keys/key-pieces.js'
import { decodeRuns } from '../../src/keys/key-runs.js'
import { idsFor, mapOf, someKeys } from './arbitrary-key-maps.js'

/** All pairs of a piece: what a reader of `prisma_gyro.key_range` would make of it. */
function pairsOf({ runs, rows, ...piece }: KeyPiece): readonly (readonly [bigint, bigint])[] {
  const parts = runs === null ? [{ offset: 0, count: rows }] : [...decodeRuns(runs)]
  const sources = parts.flatMap(({ offset, count }) =>
    Array.from({ length: count }, (_, place) => piece.sourceFrom + BigInt(offset + place)),
  )
  return sources.map((source, rank) => [source, piece.targetFrom + BigInt(rank) * piece.targetStep])
}

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
