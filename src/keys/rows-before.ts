import type { Rows } from './row-set.js'

/** The rows before one of them, and some of the others. */
export class RowsBefore implements Rows {
  readonly #first: number
  readonly #others: Rows | undefined

  /** @param sent How many rows are none of `others` and come first. */
  constructor(sent: number, others?: Rows) {
    this.#others = others
    this.#first = others === undefined ? sent : others.rowBehind(sent)
  }

  has(row: number): boolean {
    return row < this.#first || (this.#others?.has(row) ?? false)
  }

  rowBehind(others: number): number {
    let row = this.#first
    for (let before = 0; before < others || this.has(row); row++) {
      if (!this.has(row)) before++
    }
    return row
  }
}
