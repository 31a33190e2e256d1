// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.

/** Integers in a sorted list: 8 bytes for each key. `BigInt64Array` for keys beyond 2^53. */
export class SparseKeys<Key extends number | bigint> {
  size = 0
  #keys: KeyArray<Key>
  readonly #allocate: (length: number) => KeyArray<Key>

  constructor(allocate: (length: number) => KeyArray<Key>) {
    this.#allocate = allocate
    this.#keys = allocate(1024)
  }

  /** Adds a key. One that is there already is found by `seal` only. */
  add(key: Key): void {
    if (this.size === this.#keys.length) {
      const grown = this.#allocate(2 * this.size)
      grown.set(this.#keys)
      this.#keys = grown
    }
    this.#keys[this.size++] = key
  }

  /**
   * Sorts the keys and keeps each once, after the last `add` and before the first `rankOf`. Gives one
   * that was there twice.
   */
  seal(): Key | null {
    const keys = this.#keys.subarray(0, this.size)
    keys.sort()
    let duplicate: Key | null = null
    let size = 0
    for (let i = 0; i < this.size; i++) {
      const key = keys[i] as Key
      if (size > 0 && key === keys[size - 1]) {
        duplicate ??= key
      } else {
        keys[size++] = key
      }
    }
    this.#keys = keys
    this.size = size
    return duplicate
  }

  /** Once sealed: the keys in ascending order. */
  *keys(): Generator<Key> {
    for (let i = 0; i < this.size; i++) yield this.#keys[i] as Key
  }

  /** How many keys are lower; -1 when the key is not there. */
  rankOf(key: Key): number {
    const keys = this.#keys
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((keys[middle] as Key) < key) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < this.size && keys[low] === key ? low : -1
  }
}

/** What `Float64Array` and `BigInt64Array` have in common. */
export interface KeyArray<Key> {
  readonly length: number
  [index: number]: Key
  set(keys: ArrayLike<Key>): void
  subarray(start: number, end: number): KeyArray<Key>
  sort(): unknown
}
