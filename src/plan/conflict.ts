import type { UniqueIndex } from '../postgres/unique-index.js'

/** What becomes of a row that is there already. */
export type ConflictAction = 'error' | 'skip' | 'update'

/** What was asked for a model. */
export interface ConflictPolicy {
  readonly action: ConflictAction
  /** Prisma names of the fields that tell the row which is there; null for the usual ones. */
  readonly on: readonly string[] | null
  /** Prisma names of the fields that are updated; null for all of the file. */
  readonly columns: readonly string[] | null
  /** Whether it was asked for all models: one whose rows cannot meet any is loaded as ever. */
  readonly isForAll: boolean
}

/** How rows of a model meet those that are there. */
export interface SourceConflict {
  readonly action: 'skip' | 'update'
  /** Prisma names. */
  readonly fields: readonly string[]
  /** That of the fields; null where there is none, which only a match can do without. */
  readonly index: UniqueIndex | null
  /**
   * Whether the key of a row is not the one that it has there: rows are looked up first then, so that
   * those that refer to them follow.
   */
  readonly isMatched: boolean
  /** See `ConflictPolicy`. */
  readonly columns: readonly string[] | null
}

/** What the INSERT does where rows are there: `ON CONFLICT`. */
export interface PreparedConflict {
  readonly action: 'skip' | 'update'
  /** Database names: the columns of a unique index. */
  readonly target: readonly string[]
  /** Of the index: SQL, or null for all rows. */
  readonly predicate: string | null
  /** Whether a NULL in the target equals another. */
  readonly nullsEqual: boolean
  /** Empty where nothing is to be updated. */
  readonly updated: readonly UpdatedColumn[]
}

export interface UpdatedColumn {
  /** The database name. */
  readonly column: string
  /**
   * How it is seen whether the value changes: `text` where the type has no operator `=`; `not` for
   * what only tells that others did, such as `@updatedAt`.
   */
  readonly compare: 'value' | 'text' | 'not'
}
