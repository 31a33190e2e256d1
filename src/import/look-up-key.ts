import type { BatchStatus } from '../history/batch-status.js'
import { findKeyList, type KeyList, type KeyType } from '../lookup/find-key-list.js'
import { type FoundKeys, findSourceKeys, findTargetKey } from '../lookup/look-up-key.js'
import { readKeyMap as readKeys } from '../lookup/read-key-map.js'
import type { Manifest } from '../manifest/manifest.js'
import {
  type KeyLookupOptions,
  type KeyMapOptions,
  resolveKeyLookup,
  resolveKeyMapOptions,
} from './history-options.js'
import { streamHistory, withHistory } from './with-history.js'

/** What the history says of a key. */
export interface KeyLookup extends FoundKeys {
  readonly batch: { readonly id: string; readonly name: string; readonly status: BatchStatus }
  readonly model: string
  /** The model whose keys they are: another one where the key of `model` is a reference to it. */
  readonly owner: string
  /** What Prisma Client has for the keys, which are text here. */
  readonly type: KeyType
  /** The key that was asked for. */
  readonly key: string
  /** Which one that is: then `keys` are the others. */
  readonly from: 'source' | 'target'
}

/** A source key and what it became, as text. */
export interface MappedKey {
  readonly source: string
  readonly target: string
}

/**
 * Looks up which key in the database a key of the files became, or the other way round. Says what was so
 * right after the import: rows may have been changed, deleted or rolled back since.
 *
 * @throws {GyroError} `HISTORY.UNKNOWN_MODEL`, `HISTORY.PRUNED`, `HISTORY.NO_KEY_MAP` and what
 * `importDetails` throws.
 * @example
 * const { keys } = await lookUpKey(manifest, { batch: 'last', model: 'Order', sourceKey: 4711 })
 */
export async function lookUpKey(manifest: Manifest, options: KeyLookupOptions): Promise<KeyLookup> {
  const { from, key, ...question } = resolveKeyLookup(options)
  return withHistory(options, async (client) => {
    const list = await findKeyList(client, manifest, question)
    const find = from === 'source' ? findTargetKey : findSourceKeys
    return { ...describeList(list), from, key, ...(await find(client, list, key)) }
  })
}

/**
 * Gives all source keys of a model with what they became, some thousand at a time, in memory that does
 * not grow with them. The connection is open until the last one, or until the loop is left.
 *
 * @throws {GyroError} As `lookUpKey`; `HISTORY.NO_KEY_MAP` where keys were kept.
 * @example
 * for await (const pairs of readKeyMap(manifest, { batch: 'last', model: 'Order' })) {
 *   for (const { source, target } of pairs) console.log(source, target)
 * }
 */
export async function* readKeyMap(
  manifest: Manifest,
  options: KeyMapOptions,
): AsyncGenerator<readonly MappedKey[], void> {
  const question = resolveKeyMapOptions(options)
  yield* streamHistory(options, async function* (client) {
    yield* readKeys(client, await findKeyList(client, manifest, question))
  })
}

/** A key as Prisma Client has it: a number, a `bigint` or a text. */
export type KeyValue = number | bigint | string

/**
 * What a key of the files became; null where the import had none. Keys that were kept are given back as
 * they are, whether there was such a row or not.
 *
 * @throws {GyroError} As `lookUpKey`.
 * @example
 * await targetKey(manifest, { batch: 'last', model: 'Order', sourceKey: 4711 }) // 90214
 */
export async function targetKey(
  manifest: Manifest,
  options: Extract<KeyLookupOptions, { readonly targetKey?: never }>,
): Promise<KeyValue | null> {
  const { keys, type } = await lookUpKey(manifest, options)
  const [key] = keys
  return key === undefined ? null : readKey(key, type)
}

/**
 * The keys of the files that became a key of the database: several where rows were merged, none where
 * the import had none.
 *
 * @throws {GyroError} As `lookUpKey`.
 * @example
 * await sourceKeys(manifest, { batch: 'last', model: 'Order', targetKey: 90214 }) // [4711]
 */
export async function sourceKeys(
  manifest: Manifest,
  options: Extract<KeyLookupOptions, { readonly sourceKey?: never }>,
): Promise<readonly KeyValue[]> {
  const { keys, type } = await lookUpKey(manifest, options)
  return keys.map((key) => readKey(key, type))
}

function describeList({ batch, model, owner, type }: KeyList) {
  const { id, name, status } = batch
  return { batch: { id, name, status }, model, owner: owner.model, type }
}

/** What Prisma Client has for the text of a key. */
function readKey(text: string, type: KeyType): KeyValue {
  if (type === 'Int') return Number(text)
  return type === 'BigInt' ? BigInt(text) : text
}
