import type { KeySpelling } from './key-spelling.js'
import type { NewKeys } from './reference-guard.js'

/**
 * Source key → target key of one model, as text: for keys that are no integers, and for integers that
 * are looked up rather than counted. `KeyMap` is the fast way for those.
 */
export interface TextKeyMap extends NewKeys {
  /** How source keys are written, which `targetOf` takes as `normalizeKey` gives them. */
  readonly spelling: KeySpelling
  /** How many source keys there are; null when that is not known, as any text has a target. */
  readonly size: number | null
  /** Lowest and highest target key, when these are integers that follow each other. */
  readonly range: { readonly from: bigint; readonly to: bigint } | null
  /** The target of a normalized source key, as PostgreSQL writes it; null when the key is unknown. */
  targetOf(source: string): string | null
  /**
   * Where keys are integers: the target of a source key up to 2^53. NaN when it is unknown, or only
   * `targetOf` knows it.
   */
  integerTargetOf?(source: number): number
}
