import type { ServerError } from '../postgres/postgres-error.js'

/** Where something stands that the server refused. */
export interface RefusedPlace {
  /** Of the rows that were sent, counted from 1. */
  readonly row: number
  /** The database name; null for the whole row. */
  readonly column: string | null
}

/** What the server said of a row together with its place, which it tells of a COPY only. */
export class RefusedInsert extends Error {
  readonly refusal: ServerError
  readonly place: RefusedPlace

  constructor(refusal: ServerError, place: RefusedPlace) {
    super(refusal.message, { cause: refusal })
    this.refusal = refusal
    this.place = place
  }
}
