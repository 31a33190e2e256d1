import { noKeyMap } from '../history/history-error.js'
import {
  findBlockOfSource,
  findPiecesOfSource,
  findPiecesOfTarget,
  findSources,
  findTarget,
  streamBlocksOfTarget,
} from '../history/read-keys.js'
import type { KeyOwner } from '../history/record-keys.js'
import { unpackPairs } from '../keys/key-blocks.js'
import { type KeySpelling, normalizeKey } from '../keys/key-spelling.js'
import type { PostgresClient } from '../postgres/client.js'
import type { KeyList } from './find-key-list.js'
import { sourceInPiece, targetInPiece } from './key-piece.js'

/** What was found of a key. */
export interface FoundKeys {
  /** Texts as PostgreSQL writes them; none where the import had no such key. */
  readonly keys: readonly string[]
  /**
   * `mapped`: the history tells so. `kept`: the keys of the model were kept, so that it is the same one,
   * if there was such a row. `pinned`: all rows became the one that was there.
   */
  readonly how: 'mapped' | 'kept' | 'pinned'
}

/** What a source key became. */
export async function findTargetKey(
  client: PostgresClient,
  { batch, owner, spelling }: KeyList,
  sourceKey: string,
): Promise<FoundKeys> {
  const { keyKind, firstKey, model } = owner
  if (keyKind === 'pinned') {
    return { keys: firstKey === null ? [] : [firstKey], how: 'pinned' }
  }
  const written = keyKind === 'range' ? 'integer' : spelling
  const source = normalizeKey(written, sourceKey)
  if (source === null) return NOTHING
  const place = { batch: batch.id, model }
  const listed =
    (await findPacked(client, place, { spelling: written, source })) ??
    (await findTarget(client, place, source))
  if (listed !== null) return { keys: [listed], how: 'mapped' }
  if (keyKind === 'kept') return { keys: [source], how: 'kept' }
  if (keyKind === 'map') return NOTHING
  const pieces = await findPiecesOfSource(client, place, BigInt(source))
  const targets = pieces.map((piece) => targetInPiece(piece, BigInt(source)))
  return { keys: listKnown(targets), how: 'mapped' }
}

/**
 * The source keys that became a target key: several where rows were merged.
 *
 * @throws {GyroError} `HISTORY.NO_KEY_MAP` where all rows became one: nothing tells them apart.
 */
export async function findSourceKeys(
  client: PostgresClient,
  { batch, owner, spelling }: KeyList,
  targetKey: string,
): Promise<FoundKeys> {
  const { keyKind, model } = owner
  if (keyKind === 'pinned') throw pinnedKeys(model)
  const written = keyKind === 'range' ? 'integer' : spelling
  const target = normalizeKey(written, targetKey)
  if (target === null) return NOTHING
  const place = { batch: batch.id, model }
  const listed = [
    ...(await findPackedSources(client, place, { spelling: written, target })),
    ...(await findSources(client, place, target)),
  ]
  if (keyKind !== 'range') {
    return listed.length === 0 && keyKind === 'kept'
      ? { keys: [target], how: 'kept' }
      : { keys: listed, how: 'mapped' }
  }
  const pieces = await findPiecesOfTarget(client, place, BigInt(target))
  const sources = pieces.map((piece) => sourceInPiece(piece, BigInt(target)))
  return { keys: [...listed, ...listKnown(sources)], how: 'mapped' }
}

async function findPacked(
  client: PostgresClient,
  place: KeyOwner,
  { spelling, source }: { readonly spelling: KeySpelling; readonly source: string },
): Promise<string | null> {
  if (spelling !== 'integer') return null
  const block = await findBlockOfSource(client, place, BigInt(source))
  for (const [each, target] of block === null ? [] : unpackPairs(block)) {
    if (String(each) === source) return String(target)
  }
  return null
}

async function findPackedSources(
  client: PostgresClient,
  place: KeyOwner,
  { spelling, target }: { readonly spelling: KeySpelling; readonly target: string },
): Promise<readonly string[]> {
  if (spelling !== 'integer') return []
  const sources: string[] = []
  for await (const block of streamBlocksOfTarget(client, place, BigInt(target))) {
    for (const [source, each] of unpackPairs(block)) {
      if (String(each) === target) sources.push(String(source))
    }
  }
  return sources
}

const NOTHING: FoundKeys = { keys: [], how: 'mapped' }

function listKnown(keys: readonly (bigint | null)[]): readonly string[] {
  return keys.filter((key) => key !== null).map(String)
}

/** All rows of a model became the one that was there. */
export function pinnedKeys(model: string) {
  return noKeyMap(model, {
    why: 'All its rows became the one that was there already, so that no source key was written down.',
    fix: 'Look up in the files which rows there were: all have this key now.',
  })
}
