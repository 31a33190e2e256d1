import { KeyPairs } from './key-pairs.js'
import type { KeySpelling } from './key-spelling.js'
import type { TextKeyMap } from './text-key-map.js'

/** Source keys with target keys that follow no rule, all of them known. */
export class PairedKeys implements TextKeyMap {
  readonly spelling: KeySpelling
  readonly range = null
  readonly #pairs: KeyPairs
  /** The target keys, once they are asked for. */
  #targets: KeyPairs | null = null

  constructor(spelling: KeySpelling, pairs: KeyPairs) {
    this.spelling = spelling
    this.#pairs = pairs
  }

  get pairs(): KeyPairs {
    return this.#pairs
  }

  get size(): number {
    return this.#pairs.size
  }

  targetOf(source: string): string | null {
    return this.#pairs.targetOf(source)
  }

  integerTargetOf(source: number): number {
    return this.#pairs.integers?.targetOf(source) ?? Number.NaN
  }

  hasTarget(key: string): boolean {
    this.#targets ??= this.#collectTargets()
    return this.#targets.has(key)
  }

  #collectTargets(): KeyPairs {
    const targets = new KeyPairs(this.spelling)
    for (const target of this.#pairs.targets()) {
      if (!targets.has(target)) targets.add(target, '')
    }
    return targets
  }
}
