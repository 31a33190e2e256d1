import { noKeyMap } from '../history/history-error.js'
import { type RecordedPair, streamBlocks, streamPairs, streamPieces } from '../history/read-keys.js'
import { unpackPairs } from '../keys/key-blocks.js'
import type { PostgresClient } from '../postgres/client.js'
import type { KeyList } from './find-key-list.js'
import { pairsOfPiece } from './key-piece.js'
import { pinnedKeys } from './look-up-key.js'

/** Pairs that are given at a time. */
const PAIRS_PER_CHUNK = 4096

/**
 * All source keys of a model with what they became, some thousand at a time. First those that are
 * listed one by one, then those of ranges.
 *
 * @throws {GyroError} `HISTORY.NO_KEY_MAP` where the keys were kept, or all rows became one.
 */
export async function* readKeyMap(
  client: PostgresClient,
  { batch, owner }: KeyList,
): AsyncGenerator<readonly RecordedPair[]> {
  const { model, keyKind } = owner
  if (keyKind === 'pinned') throw pinnedKeys(model)
  const place = { batch: batch.id, model }
  let isEmpty = true
  for await (const block of streamBlocks(client, place)) {
    isEmpty = false
    const pairs = [...unpackPairs(block)]
    yield pairs.map(([source, target]) => ({ source: String(source), target: String(target) }))
  }
  for await (const pairs of streamPairs(client, place)) {
    isEmpty &&= pairs.length === 0
    if (pairs.length > 0) yield pairs
  }
  if (keyKind === 'kept' && isEmpty) throw keptKeys(model)
  if (keyKind !== 'range') return
  let some: RecordedPair[] = []
  for await (const piece of streamPieces(client, place)) {
    for (const pair of pairsOfPiece(piece)) {
      some.push(pair)
      if (some.length === PAIRS_PER_CHUNK) {
        yield some
        some = []
      }
    }
  }
  if (some.length > 0) yield some
}

function keptKeys(model: string) {
  return noKeyMap(model, {
    why: 'Its rows have kept the keys that they had in the files.',
    fix: 'There is nothing to list: each key is the same in the database.',
  })
}
