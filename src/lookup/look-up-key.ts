import { noKeyMap } from '../history/history-error.js'
import {
  findPiecesOfSource,
  findPiecesOfTarget,
  findSources,
  findTarget,
} from '../history/read-keys.js'
import { normalizeKey } from '../keys/key-spelling.js'
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
  const source = normalizeKey(keyKind === 'range' ? 'integer' : spelling, sourceKey)
  if (source === null) return NOTHING
  const place = { batch: batch.id, model }
  const listed = await findTarget(client, place, source)
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
  const target = normalizeKey(keyKind === 'range' ? 'integer' : spelling, targetKey)
  if (target === null) return NOTHING
  const place = { batch: batch.id, model }
  const listed = await findSources(client, place, target)
  if (keyKind !== 'range') {
    return listed.length === 0 && keyKind === 'kept'
      ? { keys: [target], how: 'kept' }
      : { keys: listed, how: 'mapped' }
  }
  const pieces = await findPiecesOfTarget(client, place, BigInt(target))
  const sources = pieces.map((piece) => sourceInPiece(piece, BigInt(target)))
  return { keys: [...listed, ...listKnown(sources)], how: 'mapped' }
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
