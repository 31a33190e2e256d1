import { DenseKeys } from './dense-keys.js'
import type { KeyRun } from './key-pieces.js'
import { SparseKeys } from './sparse-keys.js'

/**
 * Bitmaps are given up for a sorted list once they take more than this for each key: they double when
 * they are sealed, and a sorted list takes 8.
 */
const MAX_DENSE_BYTES_PER_KEY = 4
/** Not before: dense keys in random order look spread at first, and 134 million ids fit into this. */
const MIN_DENSE_BYTES = 16 * 2 ** 20

/**
 * The source keys of one model, each with its rank: the place in ascending order, counting from 0.
 * This is how a source key finds its target key: the key of rank r gets the r-th id reserved, so that
 * no pair of keys has to be stored and new keys are in the order of the old ones, whatever the order
 * of the rows. Dense keys take two bits each, others 8 bytes. Keys beyond 2^53 are exact, and rank
 * after all others.
 *
 * Add all keys, `seal`, then ask.
 */
export class IntegerKeySet {
  #dense: DenseKeys | null = new DenseKeys()
  #sparse: SparseKeys<number> = new SparseKeys((length) => new Float64Array(length))
  /** A key that came twice before bitmaps, which hold it once, were given up. */
  #duplicate: number | null = null
  readonly #big: SparseKeys<bigint> = new SparseKeys((length) => new BigInt64Array(length))

  get size(): number {
    return (this.#dense ?? this.#sparse).size + this.#big.size
  }

  /** Once sealed: the lowest and the highest key when all between are there, no others; else null. */
  get range(): { readonly from: number; readonly to: number } | null {
    return this.#big.size === 0 && this.#dense !== null ? this.#dense.range : null
  }

  /** Adds a key up to 2^53. */
  add(key: number): void {
    this.addRun(key, key)
  }

  /** Adds all keys from one to another, both up to 2^53. */
  addRun(from: number, to: number): void {
    if (this.#dense === null) {
      for (let key = from; key <= to; key++) this.#sparse.add(key)
      return
    }
    this.#dense.addRun(from, to)
    const { bytes, size } = this.#dense
    if (bytes > MIN_DENSE_BYTES && bytes > MAX_DENSE_BYTES_PER_KEY * size) {
      for (const key of this.#dense.keys()) this.#sparse.add(key)
      this.#duplicate = this.#dense.duplicate
      this.#dense = null
    }
  }

  /** Adds a key of 64 bits beyond 2^53. */
  addBig(key: bigint): void {
    this.#big.add(key)
  }

  /** Ends the adding. Gives a key that was added twice, or null. */
  seal(): number | bigint | null {
    this.#dense?.seal()
    const denseDuplicate = this.#dense?.duplicate ?? this.#duplicate
    const sparseDuplicate = this.#sparse.seal()
    const bigDuplicate = this.#big.seal()
    return denseDuplicate ?? sparseDuplicate ?? bigDuplicate
  }

  /** The rank of a key up to 2^53; -1 when it is not in the set. */
  rankOf(key: number): number {
    return this.#dense === null ? this.#sparse.rankOf(key) : this.#dense.rankOf(key)
  }

  /** The rank of a key beyond 2^53; -1 when it is not in the set. */
  rankOfBig(key: bigint): number {
    const rank = this.#big.rankOf(key)
    return rank === -1 ? -1 : this.size - this.#big.size + rank
  }

  /** Once sealed: the keys in the order of their ranks. */
  *runs(): Generator<KeyRun> {
    if (this.#dense !== null) yield* this.#dense.runs()
    for (const from of this.#sparse.keys()) yield { from, count: 1 }
    for (const from of this.#big.keys()) yield { from, count: 1 }
  }
}
