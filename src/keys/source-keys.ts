import { KeyPairs } from './key-pairs.js'
import type { KeySpelling } from './key-spelling.js'

/** The keys that rows of the files have, of one column or of several: what references are told by. */
export class SourceKeys {
  readonly #isSingle: boolean
  readonly #keys: KeyPairs

  /** @param spellings Of the columns, in their order. None for the keys of no row at all. */
  constructor(spellings: readonly KeySpelling[]) {
    const [first = 'text'] = spellings
    this.#isSingle = spellings.length === 1
    this.#keys = new KeyPairs(this.#isSingle ? first : 'text')
  }

  /** Adds the key of a row, normalized. One may come again. */
  add(values: readonly string[]): void {
    const key = this.#keyOf(values)
    if (!this.#keys.has(key)) this.#keys.add(key, '')
  }

  /** Whether a row has this key, normalized. */
  has(values: readonly string[]): boolean {
    return this.#keys.has(this.#keyOf(values))
  }

  #keyOf(values: readonly string[]): string {
    return this.#isSingle ? values.join('') : JSON.stringify(values)
  }
}
