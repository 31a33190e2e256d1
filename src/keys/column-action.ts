import type { KeyMap } from './key-map.js'

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
  /** Text that stands for other text: names of an enum that the database stores otherwise. */
  | { readonly kind: 'translate'; readonly texts: ReadonlyMap<string, string> }
