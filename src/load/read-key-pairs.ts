import { KeyMap } from '../keys/key-map.js'
import { KeyPairs } from '../keys/key-pairs.js'
import { MatchedKeys } from '../keys/matched-keys.js'
import { PairedKeys } from '../keys/paired-keys.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { LoadContext } from './load-context.js'
import { readKeyTexts } from './read-key-texts.js'

/** A source key and its target key. */
interface MappedKey {
  readonly source: string
  readonly target: string
  /** False for that of a row that was there; null where only its row tells. */
  readonly isNew: boolean | null
}

/** Pairs that are given at a time. */
const PAIRS_PER_CHUNK = 4096

/**
 * All pairs of source and target keys of a model that follow no rule; each source key comes once. Those
 * of rows that were there are left out as far as they are integers. Keys
 * that are made are in no map: for these the files are read once more.
 */
export async function* readKeyPairs(
  context: LoadContext,
  model: PreparedModel,
  keys: TextKeyMap,
): AsyncGenerator<readonly MappedKey[]> {
  const isNew = model.conflict === null ? true : null
  if (keys instanceof PairedKeys) {
    yield* mapPairs(keys.pairs.entries(), isNew)
    return
  }
  if (!(keys instanceof MatchedKeys)) {
    yield* readMadeKeys(context, model, keys)
    return
  }
  yield* mapPairs(keys.matched.texts(), false)
  const { matched, others } = keys
  if (others === null || others instanceof KeyMap) return
  for await (const pairs of readMadeKeys(context, model, others)) {
    yield pairs.filter(({ source }) => matched.targetOf(source) === null)
  }
}

function* mapPairs(
  pairs: Iterable<readonly [string, string]>,
  isNew: boolean | null,
): Generator<readonly MappedKey[]> {
  let some: MappedKey[] = []
  for (const [source, target] of pairs) {
    some.push({ source, target, isNew })
    if (some.length === PAIRS_PER_CHUNK) {
      yield some
      some = []
    }
  }
  yield some
}

async function* readMadeKeys(
  context: LoadContext,
  model: PreparedModel,
  keys: TextKeyMap,
): AsyncGenerator<readonly MappedKey[]> {
  const { key } = model
  if (key === null) return
  const isNew = model.conflict === null ? true : null
  const seen = key.mayRepeat ? new KeyPairs(keys.spelling) : null
  const input = { index: key.index, spelling: keys.spelling, onProgress: () => {} }
  for await (const sources of readKeyTexts(context, model, input)) {
    const pairs: MappedKey[] = []
    for (const source of sources) {
      if (seen !== null && seen.targetOf(source) !== null) continue
      seen?.add(source, '')
      pairs.push({ source, target: keys.targetOf(source) as string, isNew })
    }
    yield pairs
  }
}
