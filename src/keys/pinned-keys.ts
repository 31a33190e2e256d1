import type { TextKeyMap } from './text-key-map.js'

/** One target key for every source key: that of a row that is there. */
export class PinnedKeys implements TextKeyMap {
  /** Whatever the keys of the files are, and however they are written. */
  readonly spelling = 'text'
  readonly size = null
  readonly range = null
  readonly #target: string

  constructor(target: string) {
    this.#target = target
  }

  targetOf(): string {
    return this.#target
  }

  /** None of its rows is new. */
  hasTarget(): boolean {
    return false
  }
}
