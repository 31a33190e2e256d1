import type { RecordedPair, RecordedPiece } from '../history/read-keys.js'
import { decodeRuns } from '../keys/key-runs.js'

/** What a source key became; null where the piece does not hold it. */
export function targetInPiece(piece: RecordedPiece, source: bigint): bigint | null {
  let rank = 0n
  for (const { from, count } of runsOf(piece)) {
    if (source < from) return null
    if (source < from + count) {
      return piece.targetFrom + (rank + source - from) * piece.targetStep
    }
    rank += count
  }
  return null
}

/** The source key that became a target key; null where the piece does not hold it. */
export function sourceInPiece(piece: RecordedPiece, target: bigint): bigint | null {
  const distance = target - piece.targetFrom
  // One key alone has no distance to a next one.
  const step = piece.targetStep === 0n ? 1n : piece.targetStep
  if (distance % step !== 0n) return null
  let rank = distance / step
  if (rank < 0n || rank >= piece.rows) return null
  for (const { from, count } of runsOf(piece)) {
    if (rank < count) return from + rank
    rank -= count
  }
  return null
}

/** All keys of a piece, in the order of their source keys. */
export function* pairsOfPiece(piece: RecordedPiece): Generator<RecordedPair> {
  let target = piece.targetFrom
  for (const { from, count } of runsOf(piece)) {
    for (let source = from; source < from + count; source++) {
      yield { source: String(source), target: String(target) }
      target += piece.targetStep
    }
  }
}

/** Source keys without a gap, in ascending order. */
function* runsOf({
  sourceFrom,
  sourceTo,
  runs,
}: RecordedPiece): Generator<{ readonly from: bigint; readonly count: bigint }> {
  if (runs === null) {
    yield { from: sourceFrom, count: sourceTo - sourceFrom + 1n }
    return
  }
  for (const { offset, count } of decodeRuns(runs)) {
    yield { from: sourceFrom + BigInt(offset), count: BigInt(count) }
  }
}
