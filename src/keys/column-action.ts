import type { ValueRule } from '../values/value-rule.js'
import type { KeyMap } from './key-map.js'
import type { NewKeys, OnMissing, ReferenceGuard } from './reference-guard.js'
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
  | ({ readonly kind: 'reference'; readonly keys: KeyMap } & ReferenceTarget)
  /** As `key` and `reference`, for keys that are text or looked up as text. */
  | { readonly kind: 'textKey'; readonly keys: TextKeyMap }
  | ({ readonly kind: 'textReference'; readonly keys: TextKeyMap } & ReferenceTarget)
  /** Checked, and written as PostgreSQL is to have it; NULL stays NULL. */
  | { readonly kind: 'rule'; readonly rule: ValueRule }
  /** By its action, unless the row of one of its references is in no file; NULL stays NULL. */
  | GuardedAction

/** What becomes of a field without a look at the others of its row. */
export type UnguardedAction = Exclude<ColumnAction, GuardedAction>

/** A column whose references are looked up first. */
export interface GuardedAction {
  readonly kind: 'guarded'
  readonly action: UnguardedAction
  /** The first whose row is missing says what becomes of the column. At least one. */
  readonly guards: readonly ReferenceGuard[]
  /** What a value that stays must not be; null where keys of the files stay, too. */
  readonly newKeys: NewKeys | null
}

/** What a reference is to. */
interface ReferenceTarget {
  /** The model that it names. */
  readonly target: string
  /**
   * What becomes of a key that no row of the files has.
   * @default 'fail'
   */
  readonly onMissing?: OnMissing
}

/** The value of a column that the file does not have. */
export type MadeValue =
  /** The same text in every row. */
  | { readonly kind: 'constant'; readonly text: string }
  /** One for each row: ASCII without a character that COPY escapes. */
  | { readonly kind: 'each'; readonly make: () => string }
