import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { RecordedPiece } from '../../src/history/read-keys.js'
import type { KeyMap } from '../../src/keys/key-map.js'
import { pairsOfPiece, sourceInPiece, targetInPiece } from '../../src/lookup/key-piece.js'
import { idsFor, mapOf, someKeys } from '../keys/arbitrary-key-maps.js'

function piecesOf(map: KeyMap): readonly RecordedPiece[] {
  return [...map.pieces()].map((piece, ordinal) => ({
    ...piece,
    ordinal,
  }))
}

function known<Value>(values: readonly (Value | null)[]): readonly Value[] {
  return values.filter((value) => value !== null)
}

describe('a piece of a map of keys', () => {
  it('tells what the map told, both ways', () => {
    const maps = someKeys.chain((keys) => idsFor(keys.length).map((runs) => ({ keys, runs })))
    fc.assert(
      fc.property(maps, ({ keys, runs }) => {
        const map = mapOf(keys, runs)
        const pieces = piecesOf(map)

        for (const key of keys) {
          const target = map.bigTargetOf(key)
          expect(known(pieces.map((piece) => targetInPiece(piece, key)))).toEqual([target])
          const back = pieces.map((piece) => sourceInPiece(piece, target ?? 0n))
          expect(known(back)).toEqual([key])
        }
        const pairs = pieces.flatMap((piece) => [...pairsOfPiece(piece)])
        expect(pairs).toEqual(
          pairs.map(({ source }) => ({ source, target: String(map.bigTargetOf(BigInt(source))) })),
        )
        expect(pairs).toHaveLength(keys.length)
      }),
    )
  })

  it('knows no other key', () => {
    const maps = someKeys.chain((keys) => idsFor(keys.length).map((runs) => ({ keys, runs })))
    const wanted = fc.bigInt({ min: -10n, max: 200n })
    fc.assert(
      fc.property(maps, wanted, ({ keys, runs }, offset) => {
        const pieces = piecesOf(mapOf(keys, runs))
        const source = (keys[0] ?? 0n) + offset
        const target = 1000n + offset
        const targets = new Set(
          pieces.flatMap((piece) => [...pairsOfPiece(piece)].map((pair) => pair.target)),
        )

        const forth = known(pieces.map((piece) => targetInPiece(piece, source)))
        const back = known(pieces.map((piece) => sourceInPiece(piece, target)))

        expect(forth).toHaveLength(keys.includes(source) ? 1 : 0)
        expect(back).toHaveLength(targets.has(String(target)) ? 1 : 0)
      }),
    )
  })

  it('may be of one key whose ids have no distance', () => {
    const piece: RecordedPiece = {
      ordinal: 0,
      sourceFrom: 7n,
      sourceTo: 7n,
      targetFrom: 9n,
      targetStep: 0n,
      rows: 1,
      runs: null,
    }

    expect(targetInPiece(piece, 7n)).toBe(9n)
    expect(sourceInPiece(piece, 9n)).toBe(7n)
    expect(sourceInPiece(piece, 10n)).toBeNull()
  })
})
