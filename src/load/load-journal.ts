import type { Statement } from '../postgres/client.js'
import type { FileDigest } from '../source/file-digest.js'

/** Keeps account of what a load reads and writes, so that it can be undone. */
export interface LoadJournal {
  /** To be called behind rows that were written, in the savepoint that wrote them. */
  wroteRows(model: string, rows: number): Promise<void>
  /** Keeps what rows are before they are updated, and gives how many there are. */
  keepBefore(rows: {
    readonly model: string
    /** The columns that are updated, by their database names. */
    readonly columns: readonly string[]
    /** Locks the rows and gives two arrays of text, `key` and `values`, and `xid` of each. */
    readonly select: string
  }): Promise<number>
  /** Whether the server can keep them in the statement that updates them: see `keepReturned`. */
  readonly keepsReturned: boolean
  /** Gives what keeps the rows that a part of a statement has updated, as another part of that. */
  keepReturned(rows: {
    readonly model: string
    /** The columns that are updated, by their database names. */
    readonly columns: readonly string[]
    /** The name of the part. It gives two arrays of text, `key` and `values`, and `xid`, null for new rows. */
    readonly part: string
    /** The number of the first parameter. */
    readonly first: number
  }): Promise<Statement>
  /** What to throw where rows of a model were updated that could not be kept. */
  missed(model: string): Error
}

/** What was read of a file that was loaded. */
export interface ReadPart {
  readonly digest: FileDigest
  /** Those that were sent and those that were left out as they are there; rejected ones are neither. */
  readonly rows: number
}
