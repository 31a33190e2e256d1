import type { ErrorCode } from '../error/error-codes.js'

/** What is wrong with a row. The same object stands for all rows of which the same is to be said. */
export interface RowFault {
  /** Place in the file, counted from 0; null when the whole row is meant. */
  readonly column: number | null
  readonly code: ErrorCode
  /** Whole sentences, without values of the row. */
  readonly why: string
  /** The code of the row that this one follows, however many rows are between; else its own. */
  readonly root: ErrorCode
}

/** By row, counted from 0 through all files of its model. */
export type RowFaults = ReadonlyMap<number, RowFault>

/** Gives one object for each fault, however many rows have it. */
export class FaultPool {
  readonly #faults = new Map<string, RowFault>()

  get({ root, ...fault }: Omit<RowFault, 'root'> & { readonly root?: ErrorCode }): RowFault {
    const whole = { ...fault, root: root ?? fault.code }
    const name = `${whole.column} ${whole.code} ${whole.root} ${whole.why}`
    const known = this.#faults.get(name)
    if (known !== undefined) return known
    this.#faults.set(name, whole)
    return whole
  }
}
