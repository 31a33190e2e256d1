import { type KeySpelling, normalizeKey } from './key-spelling.js'
import type { SourceKeys } from './source-keys.js'

/**
 * What becomes of a column of a reference whose row is not in the files. `fail`: that is an error.
 * `keep`: the value stays as it is and means a row that is there. `null`: NULL goes in.
 */
export type OnMissing = 'fail' | 'keep' | 'null'

/** A reference that is looked up in the keys of the files before one of its columns is written. */
export interface ReferenceGuard {
  /** Where its columns are in the file, in the order of those that they refer to. */
  readonly columns: readonly GuardedColumn[]
  /** The keys that it may hold. */
  readonly known: SourceKeys
  /** What becomes of the column where its key is none of them. */
  readonly onMissing: OnMissing
  readonly target: string
}

interface GuardedColumn {
  /** Counted from 0. */
  readonly index: number
  readonly spelling: KeySpelling
}

/** Keys that an import gives to new rows. */
export interface NewKeys {
  /** Whether a key, as PostgreSQL writes it, is that of a new row. */
  hasTarget(key: string): boolean
}

/**
 * The key, normalized, that a reference holds and no row of the files has; null where one has it. A
 * reference with a NULL in it refers to nothing, and of a text that is no key its column will say so.
 *
 * @param valueAt Gives the value of a column; null for NULL.
 */
export function findMissing(
  { columns, known }: Pick<ReferenceGuard, 'columns' | 'known'>,
  valueAt: (index: number) => string | null,
): readonly string[] | null {
  const key: string[] = []
  for (const { index, spelling } of columns) {
    const value = valueAt(index)
    const normalized = value === null ? null : normalizeKey(spelling, value)
    if (normalized === null) return null
    key.push(normalized)
  }
  return known.has(key) ? null : key
}
