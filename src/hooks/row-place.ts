import type { GyroError } from '../error/gyro-error.js'
import { describeType } from '../rows/value-encoder.js'
import { type HookedRow, type HookName, invalidReason, lateRejection } from './hooks-error.js'
import { type HookPlace, RowRejection } from './row-hooks.js'

/** Where a row is, for its hooks, and what they said of it. */
export class RowPlace implements HookPlace, HookedRow {
  readonly model: string
  readonly file: string
  readonly line: number
  readonly row: number
  readonly isRow: boolean
  /** Not in the prototype, as hooks take it out of the object. */
  readonly reject: HookPlace['reject']
  /** The hook that has the row. */
  hook: HookName = 'transform'
  #rejection: RowRejection | null = null
  /** How `reject` was called wrongly; null when it was not. */
  misuse: GyroError | null = null
  #isDone = false
  readonly #takeLate: (error: GyroError) => boolean

  /** @param takeLate Hears of a rejection that comes too late, and gives whether the import ends by it. */
  constructor(
    at: Omit<HookedRow, 'hook'> & { readonly row: number },
    takeLate: (error: GyroError) => boolean,
  ) {
    this.#takeLate = takeLate
    this.model = at.model
    this.file = at.file
    this.line = at.line
    this.row = at.row
    this.isRow = at.isRow
    this.reject = (reason, field) => this.#reject(reason, field)
  }

  /**
   * What was said first; null when nothing was.
   *
   * @throws {GyroError} `HOOKS.INVALID_RESULT` when it was no reason.
   */
  get rejection(): RowRejection | null {
    if (this.misuse !== null) throw this.misuse
    return this.#rejection
  }

  /** The hooks are done: the row goes on as they left it, so that `reject` comes too late. */
  end(): void {
    this.#isDone = true
  }

  #reject(reason: unknown, field: unknown): RowRejection {
    if (this.#isDone) return this.#rejectLate()
    if (typeof reason !== 'string' || reason.trim() === '') {
      this.misuse = invalidReason(this, describeType(reason))
      throw this.misuse
    }
    this.#rejection ??= new RowRejection(reason, typeof field === 'string' ? field : null)
    return this.#rejection
  }

  #rejectLate(): RowRejection {
    if (this.#takeLate(lateRejection(this, { isLoaded: false }))) return new RowRejection('', null)
    // Nobody else is left to hear of it: where the program does not catch it, Node ends the process.
    throw lateRejection(this, { isLoaded: true })
  }
}
