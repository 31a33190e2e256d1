// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import type { IntegerKeySet } from './integer-key-set.js'
import { cutPieces, type KeyPiece } from './key-pieces.js'
import type { NewKeys } from './reference-guard.js'
import type { ReservedKeys } from './reserved-keys.js'

/**
 * Source key → target key of one model. Holds no pairs: the key of rank r in the source became the
 * r-th key reserved.
 */
export class KeyMap implements NewKeys {
  readonly #source: IntegerKeySet
  readonly #target: ReservedKeys
  readonly #targetsAreSafe: boolean
  /** Most often every key moves by the same distance: then this range of source keys does. */
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY
  #distance = 0

  /** @param target Holds at least as many keys as `source`. */
  constructor(source: IntegerKeySet, target: ReservedKeys) {
    this.#source = source
    this.#target = target
    this.#targetsAreSafe = target.areSafe
    const { range } = source
    if (range !== null && target.areSafe && target.isContiguous) {
      const distance = target.at(0) - range.from
      // Two exact numbers of different signs may be too far apart for an exact distance.
      if (Number.isSafeInteger(distance)) {
        this.#from = range.from
        this.#to = range.to
        this.#distance = distance
      }
    }
  }

  get size(): number {
    return this.#source.size
  }

  /** Lowest and highest target key; null when there is none. */
  get range(): { readonly from: bigint; readonly to: bigint } | null {
    const { lowest, highest } = this.#target
    return lowest === null || highest === null ? null : { from: lowest, to: highest }
  }

  /** The source keys that all move by the same distance; none when `from` is above `to`. */
  get shiftedRange(): { readonly from: number; readonly to: number; readonly distance: number } {
    return { from: this.#from, to: this.#to, distance: this.#distance }
  }

  /** The whole map, in the order of the target keys. */
  pieces(): Iterable<KeyPiece> {
    return cutPieces(this.#source.runs(), this.#target.runs)
  }

  /**
   * The target of a source key up to 2^53; NaN when the key is unknown or its target may not fit a
   * number. `bigTargetOf` knows which.
   */
  targetOf(source: number): number {
    if (source >= this.#from && source <= this.#to) {
      return source + this.#distance
    }
    const rank = this.#source.rankOf(source)
    return rank === -1 || !this.#targetsAreSafe ? Number.NaN : this.#target.at(rank)
  }

  /** The target of any source key, exactly; null when the key is unknown. */
  bigTargetOf(source: bigint): bigint | null {
    const small = Number(source)
    const rank = Number.isSafeInteger(small)
      ? this.#source.rankOf(small)
      : this.#source.rankOfBig(source)
    return rank === -1 ? null : this.#target.bigAt(rank)
  }

  /** Whether a key, in decimal, is one of the target keys. */
  hasTarget(key: string): boolean {
    // More keys may have been reserved than there are rows.
    const ordinal = this.#target.ordinalOf(BigInt(key))
    return ordinal !== null && ordinal < this.size
  }
}
