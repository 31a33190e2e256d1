import type { KeySpelling } from './key-spelling.js'
import type { TextKeyMap } from './text-key-map.js'

/** Every source key is its own target, spelled as PostgreSQL writes it. */
export class IdentityKeys implements TextKeyMap {
  readonly spelling: KeySpelling
  readonly size = null
  readonly range = null

  constructor(spelling: KeySpelling) {
    this.spelling = spelling
  }

  targetOf(source: string): string {
    return source
  }

  integerTargetOf(source: number): number {
    return source
  }

  /** A key that no row of the files has is not that of a new row either. */
  hasTarget(): boolean {
    return false
  }
}
