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
  /** The run that was used last: its ordinals, and its start and step where these are exact. */
  #run = 0
  #runFirst = 0
  #runEnd = 0
  #runFrom = 0
  #runStep = 0

  /** @param runs In the order in which the keys are to be used. */
  constructor(runs: readonly IdRun[]) {
    this.#runs = runs
    this.#firsts = new Float64Array(runs.length)
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

  /** All keys, by ordinal. */
  get runs(): readonly IdRun[] {
    return this.#runs
  }

  /** Whether `at` is exact for all keys; else use `bigAt`. */
  get areSafe(): boolean {
    return [this.lowest, this.highest].every(
      (key) => key === null || Number.isSafeInteger(Number(key)),
    )
  }

  /** Whether the keys are one run without gaps, upwards. */
  get isContiguous(): boolean {
    return this.#runs.length === 1 && this.#runs[0]?.step === 1n
  }

  /** The key of an ordinal below `count`. */
  at(ordinal: number): number {
    if (ordinal < this.#runFirst || ordinal >= this.#runEnd) {
      this.#useRunOf(ordinal)
    }
    return this.#runFrom + (ordinal - this.#runFirst) * this.#runStep
  }

  /** The key of an ordinal below `count`, exact beyond 2^53 too. */
  bigAt(ordinal: number): bigint {
    this.#useRunOf(ordinal)
    const { from, step } = this.#runs[this.#run] as IdRun
    return from + BigInt(ordinal - this.#runFirst) * step
  }

  /** The ordinal of a key; null where it is none of them. */
  ordinalOf(key: bigint): number | null {
    for (const [index, { from, count, step }] of this.#runs.entries()) {
      const distance = key - from
      const ordinal = distance / step
      if (distance % step === 0n && ordinal >= 0n && ordinal < BigInt(count)) {
        return (this.#firsts[index] as number) + Number(ordinal)
      }
    }
    return null
  }

  /** Finds the run that holds an ordinal, by halving. */
  #useRunOf(ordinal: number): void {
    const firsts = this.#firsts
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
    const { from, count, step } = this.#runs[low] as IdRun
    this.#run = low
    this.#runFirst = firsts[low] as number
    this.#runEnd = this.#runFirst + count
    this.#runFrom = Number(from)
    this.#runStep = Number(step)
  }
}

function lastOf({ from, count, step }: IdRun): bigint {
  return from + BigInt(count - 1) * step
}
