import type { ErrorReport } from '../error/error-report.js'
import type { DeleteAction } from '../postgres/reached-tables.js'

/** What a rollback would do, and what stands against it. Data only. */
export interface RollbackPlan {
  /** The database for people, without password. */
  readonly target: string
  readonly batch: RolledBatch
  /** In the order in which they were loaded. Models of which nothing was written are left out. */
  readonly models: readonly ModelRollback[]
  /** Rows of others that go too, as they refer to rows that go: with `cascade` only. */
  readonly takenAlong: readonly TableRows[]
  /** By what rows that stay refer to rows of the batch. */
  readonly references: readonly OutsideReference[]
  /** Foreign keys without an index, which make PostgreSQL read a whole table for every deleted row. */
  readonly missingIndexes: readonly MissingIndex[]
  /** Triggers of applications that fire when the rows are deleted. */
  readonly triggers: readonly { readonly table: string; readonly name: string }[]
  /** What has to be cured before the rollback can run, which throws the first of them. */
  readonly problems: readonly ErrorReport[]
  readonly warnings: readonly string[]
}

/** What a rollback did. */
export interface RollbackResult {
  readonly batch: RolledBatch & { readonly status: 'ROLLED_BACK' }
  readonly seconds: number
  /** In the order in which they were loaded. Models of which nothing was written are left out. */
  readonly models: readonly ModelRollback[]
  /** Rows of others that are gone too: with `cascade` only. */
  readonly takenAlong: readonly TableRows[]
  readonly warnings: readonly string[]
}

/** An import in the history. */
export interface RolledBatch {
  readonly id: string
  readonly name: string
  readonly status: string
  /** When it was imported: ISO 8601 in UTC. */
  readonly createdAt: string
  /** The role that imported it. */
  readonly role: string
}

/** What becomes of the rows of one model. */
export interface ModelRollback {
  readonly model: string
  /** `schema.table`. */
  readonly table: string
  /** Rows that the import has loaded. */
  readonly deleted: number
  /** Rows that the import has updated: they become what they were. */
  readonly restored: number
  /** Of both: those that somebody else has changed since. */
  readonly changed: number
  /** Rows that are not there any more. */
  readonly missing: number
  /**
   * Whether a row that is missing may be there and changed: where the rows keep no key that the history
   * knows.
   */
  readonly isUncertain: boolean
}

export interface TableRows {
  /** `schema.table`. */
  readonly table: string
  readonly rows: number
}

export interface OutsideReference {
  /** Name of the foreign key; null when only the Prisma schema knows the reference. */
  readonly constraint: string | null
  /** `schema.table` of the rows that refer. */
  readonly table: string
  readonly columns: readonly string[]
  /** `schema.table` of the rows that are referred to. */
  readonly target: string
  /** What PostgreSQL does with the rows; `unchecked`: nothing, they would refer to nothing. */
  readonly onDelete: DeleteAction | 'unchecked'
  readonly rows: number
  /** Keys of the first rows, as text; each is empty where the table has no primary key. */
  readonly keys: readonly (readonly string[])[]
}

export interface MissingIndex {
  readonly constraint: string
  /** `schema.table`. */
  readonly table: string
  readonly columns: readonly string[]
  /** By the statistics; null when the table was never analysed. */
  readonly rows: number | null
  /** What PostgreSQL reads for want of it, for all deleted rows together. */
  readonly bytes: number
  /** Whether that is a gigabyte or more, which takes longer than the deletion itself. */
  readonly isWorthwhile: boolean
  /** What would make the index. */
  readonly statement: string
}
