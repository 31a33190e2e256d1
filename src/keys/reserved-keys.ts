import type { IdRun } from '../postgres/sequence.js'

/**
 * Target keys taken from the database for one model, by ordinal from 0. They come as runs: an
 * application that inserts meanwhile takes ids in between.
 */
export class ReservedKeys {
  readonly count: number
  readonly lowest: bigint | null
  readonly highest: bigint | null
  readonly #runs: readonly IdRun[]
  /** Ordinal of the first key of each run. */
  readonly #firsts: Float64Array
  /** Start and step of each run as numbers, for keys that a number holds exactly. */
  readonly #starts: Float64Array
  readonly #steps: Float64Array
  /** The run that was used last. */
  #run = 0

  /** @param runs In the order in which the keys are to be used. */
  constructor(runs: readonly IdRun[]) {
    this.#runs = runs
    this.#firsts = new Float64Array(runs.length)
    this.#starts = Float64Array.from(runs, ({ from }) => Number(from))
    this.#steps = Float64Array.from(runs, ({ step }) => Number(step))
    let count = 0
    for (const [index, run] of runs.entries()) {
      this.#firsts[index] = count
      count += run.count
    }
    this.count = count
    const bounds = runs.flatMap((run) => [run.from, lastOf(run)])
    this.lowest = bounds.reduce<bigint | null>((a, b) => (a === null || b < a ? b : a), null)
    this.highest = bounds.reduce<bigint | null>((a, b) => (a === null || b > a ? b : a), null)
  }

  /** Whether `at` is exact for all keys; else use `bigAt`. */
  get areSafe(): boolean {
    return [this.lowest, this.highest].every(
      (key) => key === null || Number.isSafeInteger(Number(key)),
    )
  }

  /** The key of an ordinal below `count`. */
  at(ordinal: number): number {
    const run = this.#runOf(ordinal)
    const offset = ordinal - (this.#firsts[run] as number)
    return (this.#starts[run] as number) + offset * (this.#steps[run] as number)
  }

  /** The key of an ordinal below `count`, exact beyond 2^53 too. */
  bigAt(ordinal: number): bigint {
    const index = this.#runOf(ordinal)
    const run = this.#runs[index] as IdRun
    return run.from + BigInt(ordinal - (this.#firsts[index] as number)) * run.step
  }

  /** Index of the run that holds an ordinal. */
  #runOf(ordinal: number): number {
    const firsts = this.#firsts
    const end = (run: number) =>
      run + 1 < firsts.length ? (firsts[run + 1] as number) : this.count
    if (ordinal >= (firsts[this.#run] as number) && ordinal < end(this.#run)) {
      return this.#run
    }
    let low = 0
    let high = firsts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((firsts[middle] as number) <= ordinal) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    this.#run = low
    return low
  }
}

function lastOf({ from, count, step }: IdRun): bigint {
  return from + BigInt(count - 1) * step
}
