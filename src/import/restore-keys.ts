import { streamBlocks, streamPairs, streamPieces } from '../history/read-keys.js'
import type { KeyOwner } from '../history/record-keys.js'
import { FollowedKeys } from '../keys/followed-keys.js'
import { FreshKeys } from '../keys/fresh-keys.js'
import { unpackPairs } from '../keys/key-blocks.js'
import type { KeyMap } from '../keys/key-map.js'
import { KeyPairs } from '../keys/key-pairs.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import { MatchedKeys, type UnmatchedKeys } from '../keys/matched-keys.js'
import { PairedKeys } from '../keys/paired-keys.js'
import { restoreKeyMap } from '../keys/restore-key-map.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { MadeKey, MatchedKey, PreparedKey, ReservedKey } from '../plan/prepared-key.js'
import type { PostgresClient } from '../postgres/client.js'

/** What the keys of a model were made of when the import began. */
export interface KeptKeys extends KeyOwner {
  readonly client: PostgresClient
  readonly runAt: Date
  readonly secret: Buffer
  /** Source keys; null where nobody counted them. */
  readonly keys: number | null
  /** Those of other models, as far as they are restored: they may be followed. */
  readonly keyMaps: ReadonlyMap<string, KeyMap | TextKeyMap>
}

/**
 * Source key → target key of a model, as it was before its first row was loaded: nothing is looked up
 * again, as rows of the batch itself are there by now. Null where the keys of a model stay, and where
 * they are those of a row that is pinned.
 */
export async function restoreKeys(
  kept: KeptKeys,
  key: PreparedKey | null,
): Promise<KeyMap | TextKeyMap | null> {
  switch (key?.kind) {
    case 'reserved':
    case 'made':
      return restoreNew(kept, key)
    case 'hashed':
    case 'custom':
      return new PairedKeys(key.spelling, await readPairs(kept, key.spelling, () => true))
    case 'matched':
      return restoreMatched(kept, key)
    case 'pinned':
    case undefined:
      return null
  }
}

function restoreNew(
  { client, batch, model, runAt, secret }: KeptKeys,
  key: ReservedKey | MadeKey,
): Promise<KeyMap> | FreshKeys {
  if (key.kind === 'reserved') return restoreKeyMap(streamPieces(client, { batch, model }))
  const { spelling, shape } = key
  return new FreshKeys({ model, spelling, shape, runAt, secret })
}

async function restoreMatched(
  kept: KeptKeys,
  { spelling, otherwise }: MatchedKey,
): Promise<MatchedKeys> {
  const matched = await readPairs(kept, spelling, (isNew) => isNew === false)
  const { client, batch, model } = kept
  for await (const block of streamBlocks(client, { batch, model })) {
    for (const [source, target] of unpackPairs(block)) matched.integers?.add(source, target)
  }
  const others = await restoreOthers(kept, { spelling, otherwise })
  return new MatchedKeys(spelling, kept.keys ?? 0, { matched, others })
}

async function restoreOthers(
  kept: KeptKeys,
  { spelling, otherwise }: Pick<MatchedKey, 'spelling' | 'otherwise'>,
): Promise<UnmatchedKeys> {
  if (otherwise?.kind !== 'followed') return otherwise === null ? null : restoreNew(kept, otherwise)
  const owner = otherwise.owner === null ? undefined : kept.keyMaps.get(otherwise.owner)
  return owner === undefined ? null : new FollowedKeys(spelling, owner)
}

async function readPairs(
  { client, batch, model }: KeptKeys,
  spelling: KeySpelling,
  isWanted: (isNew: boolean | null) => boolean,
): Promise<KeyPairs> {
  const pairs = new KeyPairs(spelling)
  for await (const some of streamPairs(client, { batch, model })) {
    for (const { source, target, isNew } of some) {
      if (isWanted(isNew)) pairs.add(source, target)
    }
  }
  return pairs
}
