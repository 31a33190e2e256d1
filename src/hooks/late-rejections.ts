import type { GyroError } from '../error/gyro-error.js'

/**
 * Rejections that come when their row has gone on already. Nobody is there to catch what a hook throws then:
 * the first of them ends the work that the row belongs to, by the signal of that.
 */
export class LateRejections {
  /** Aborts with the first of them, or when the program wants the work to stop. */
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  #error: GyroError | null = null
  #isOver = false

  /** @param signal That of the program. */
  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#controller.signal])
  }

  /** What ended the work; null where none of them did. */
  get error(): GyroError | null {
    return this.#error
  }

  /** Gives whether it was heard: once the rows are there, only the program can be told. */
  readonly take = (error: GyroError): boolean => {
    if (this.#isOver) return false
    // Behind the end of the work, or its failure, there is nothing left to say.
    if (!this.signal.aborted) {
      this.#error = error
      this.#controller.abort(error)
    }
    return true
  }

  /** All rows are written, and nothing keeps them from being committed any more. */
  close(): void {
    this.#isOver = true
  }
}
