import type { RefusedPlace } from './refused-insert.js'

/** A value that cannot be sent as it is. */
export class UnsendableValue extends Error {
  readonly place: RefusedPlace

  /** @param reason What the value is, such as `a time with more than milliseconds`. */
  constructor(reason: string, place: RefusedPlace) {
    super(reason)
    this.place = place
  }
}
