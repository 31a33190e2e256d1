import type { IntegerKeySet } from './integer-key-set.js'
import type { ReservedKeys } from './reserved-keys.js'

/**
 * Source key → target key of one model. Holds no pairs: the key of rank r in the source became the
 * r-th key reserved.
 */
export class KeyMap {
  readonly #source: IntegerKeySet
  readonly #target: ReservedKeys
  /** Whether targets fit a number, so that the fast path of the remapper may be taken. */
  readonly targetsAreSafe: boolean

  /** @param target Holds at least as many keys as `source`. */
  constructor(source: IntegerKeySet, target: ReservedKeys) {
    this.#source = source
    this.#target = target
    this.targetsAreSafe = target.areSafe
  }

  get size(): number {
    return this.#source.size
  }

  /** Lowest and highest target key; null when there is none. */
  get range(): { readonly from: bigint; readonly to: bigint } | null {
    const { lowest, highest } = this.#target
    return lowest === null || highest === null ? null : { from: lowest, to: highest }
  }

  /**
   * The target of a source key up to 2^53; NaN when the key is unknown or its target may not fit a
   * number. `bigTargetOf` knows which.
   */
  targetOf(source: number): number {
    const rank = this.#source.rankOf(source)
    return rank === -1 || !this.targetsAreSafe ? Number.NaN : this.#target.at(rank)
  }

  /** The target of any source key, exactly; null when the key is unknown. */
  bigTargetOf(source: bigint): bigint | null {
    const small = Number(source)
    const rank = Number.isSafeInteger(small)
      ? this.#source.rankOf(small)
      : this.#source.rankOfBig(source)
    return rank === -1 ? null : this.#target.bigAt(rank)
  }
}
