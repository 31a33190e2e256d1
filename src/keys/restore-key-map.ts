import type { IdRun } from '../postgres/sequence.js'
import { IntegerKeySet } from './integer-key-set.js'
import { KeyMap } from './key-map.js'
import type { KeyPiece } from './key-pieces.js'
import { decodeRuns } from './key-runs.js'
import { ReservedKeys } from './reserved-keys.js'

/** Builds a map of integer keys from what `KeyMap.pieces` gave, in that order. */
export async function restoreKeyMap(pieces: AsyncIterable<KeyPiece>): Promise<KeyMap> {
  const sources = new IntegerKeySet()
  const targets: IdRun[] = []
  for await (const piece of pieces) {
    addSources(sources, piece)
    targets.push({ from: piece.targetFrom, count: piece.rows, step: piece.targetStep })
  }
  sources.seal()
  return new KeyMap(sources, new ReservedKeys(targets))
}

function addSources(sources: IntegerKeySet, { sourceFrom, sourceTo, runs }: KeyPiece): void {
  const whole = { offset: 0, count: Number(sourceTo - sourceFrom) + 1 }
  for (const { offset, count } of runs === null ? [whole] : decodeRuns(runs)) {
    const from = sourceFrom + BigInt(offset)
    const to = from + BigInt(count - 1)
    if (Number.isSafeInteger(Number(from)) && Number.isSafeInteger(Number(to))) {
      sources.addRun(Number(from), Number(to))
    } else {
      for (let key = from; key <= to; key++) addKey(sources, key)
    }
  }
}

function addKey(sources: IntegerKeySet, key: bigint): void {
  const small = Number(key)
  if (Number.isSafeInteger(small)) sources.add(small)
  else sources.addBig(key)
}
