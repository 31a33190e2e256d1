import type { KeyMap } from './key-map.js'
import type { KeySpelling } from './key-spelling.js'
import type { TextKeyMap } from './text-key-map.js'

/** The keys of a model whose key is a reference: those of the rows that it refers to. */
export class FollowedKeys implements TextKeyMap {
  readonly spelling: KeySpelling
  /** How many rows refer is not known. */
  readonly size = null
  /** New keys are those of the other model, which tells their range. */
  readonly range = null
  readonly #keys: KeyMap | TextKeyMap

  constructor(spelling: KeySpelling, keys: KeyMap | TextKeyMap) {
    this.spelling = spelling
    this.#keys = keys
  }

  targetOf(source: string): string | null {
    const keys = this.#keys
    if ('bigTargetOf' in keys) {
      const target = keys.bigTargetOf(BigInt(source))
      return target === null ? null : String(target)
    }
    return keys.targetOf(source)
  }

  /** A new one is that of a new row referred to. */
  hasTarget(key: string): boolean {
    return this.#keys.hasTarget(key)
  }
}
