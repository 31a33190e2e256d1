import { KeyMap } from './key-map.js'
import type { KeyPairs } from './key-pairs.js'
import type { KeySpelling } from './key-spelling.js'
import type { TextKeyMap } from './text-key-map.js'

/** What becomes of the keys of rows that are not there yet: ids, keys that are made, or what they are. */
export type UnmatchedKeys = KeyMap | TextKeyMap | null

/** The keys of rows that are there already, and new ones for the others. */
export class MatchedKeys implements TextKeyMap {
  readonly spelling: KeySpelling
  readonly size: number
  readonly #matched: KeyPairs
  readonly #others: UnmatchedKeys

  /** @param size How many source keys there are. */
  constructor(
    spelling: KeySpelling,
    size: number,
    keys: { readonly matched: KeyPairs; readonly others: UnmatchedKeys },
  ) {
    this.spelling = spelling
    this.size = size
    this.#matched = keys.matched
    this.#others = keys.others
  }

  /** Those of rows that are there. */
  get matched(): KeyPairs {
    return this.#matched
  }

  get others(): UnmatchedKeys {
    return this.#others
  }

  /** Of the new keys. */
  get range(): TextKeyMap['range'] {
    return this.#others?.range ?? null
  }

  targetOf(source: string): string | null {
    return this.#matched.targetOf(source) ?? this.#newKeyOf(source)
  }

  integerTargetOf(source: number): number {
    const target = this.#matched.integers?.targetOf(source) ?? Number.NaN
    return Number.isNaN(target) && this.#others instanceof KeyMap
      ? this.#others.targetOf(source)
      : target
  }

  /** Those of rows that were there are not new. */
  hasTarget(key: string): boolean {
    return this.#others?.hasTarget(key) ?? false
  }

  #newKeyOf(source: string): string | null {
    const others = this.#others
    if (others === null) {
      return source
    }
    if ('bigTargetOf' in others) {
      const target = others.bigTargetOf(BigInt(source))
      return target === null ? null : String(target)
    }
    return others.targetOf(source)
  }
}
