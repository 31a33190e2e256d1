import type { ErrorCode } from '../error/error-codes.js'

/** A row that cannot be loaded. */
export interface RowProblem {
  readonly model: string
  /** Path of the file. */
  readonly file: string
  /** Counts from 1; line breaks inside quotes count. */
  readonly line: number
  /** The header of the field that is wrong; null when the whole row is meant. */
  readonly column: string | null
  readonly code: ErrorCode
  /** Sentences without values of the row. */
  readonly reason: string
}

/** Rows of a model in which the same is wrong. */
export interface RowProblemKind {
  readonly model: string
  readonly code: ErrorCode
  readonly column: string | null
  readonly count: number
  /** The reason given for the first of them. */
  readonly reason: string
  /** The first five. */
  readonly examples: readonly { readonly file: string; readonly line: number }[]
}

/** What a look at all rows has found. */
export interface RowProblems {
  /** Rows that were looked at. */
  readonly rows: number
  /** Rows that cannot be loaded. */
  readonly total: number
  /** The most frequent first, then in load order. */
  readonly byKind: readonly RowProblemKind[]
  /** Every one, in load order and that of the rows. */
  readonly all: readonly RowProblem[]
}
