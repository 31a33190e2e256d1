import type { ValueRule } from '../values/value-rule.js'
import type { KeyMap } from './key-map.js'
import type { TextKeyMap } from './text-key-map.js'

/** What becomes of the fields of one CSV column on their way to COPY. */
export type ColumnAction =
  /** As they are. */
  | { readonly kind: 'copy' }
  /** Left out: the database makes the value itself. */
  | { readonly kind: 'drop' }
  /** As they are; the highest value is remembered, for the sequence of the column. */
  | { readonly kind: 'track' }
  /** The key of the row: replaced, never NULL. */
  | { readonly kind: 'key'; readonly keys: KeyMap }
  /** The key of a row of `target`: replaced; NULL stays NULL. */
  | { readonly kind: 'reference'; readonly keys: KeyMap; readonly target: string }
  /** As `key` and `reference`, for keys that are text or looked up as text. */
  | { readonly kind: 'textKey'; readonly keys: TextKeyMap }
  | { readonly kind: 'textReference'; readonly keys: TextKeyMap; readonly target: string }
  /** Checked, and written as PostgreSQL is to have it; NULL stays NULL. */
  | { readonly kind: 'rule'; readonly rule: ValueRule }

/** The value of a column that the file does not have. */
export type MadeValue =
  /** The same text in every row. */
  | { readonly kind: 'constant'; readonly text: string }
  /** One for each row: ASCII without a character that COPY escapes. */
  | { readonly kind: 'each'; readonly make: () => string }
