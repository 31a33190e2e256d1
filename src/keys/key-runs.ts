import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { MAX_NUMBER_BYTES, readNumbers, writeNumber } from './packed-numbers.js'

/**
 * Writes which keys of a piece are there: the length of a run, the gap behind it, the length of the next
 * run, and so on to the length of the last, 7 bits in a byte, the lowest first, all packed by Deflate.
 * Regular gaps take next to nothing, others little more than the least there is.
 */
export class RunWriter {
  /** Runs so far, the last one excepted. */
  count = 0
  #bytes = Buffer.alloc(0)
  #length = 0

  /** Adds a run and the gap behind it, both of at least 1 key. */
  write(keys: number, gap: number): void {
    this.count++
    this.#writeNumber(keys)
    this.#writeNumber(gap)
  }

  /** Ends with the last run; null where that is the only one. */
  end(keys: number): Buffer | null {
    if (this.count === 0) return null
    this.#writeNumber(keys)
    return deflateRawSync(this.#bytes.subarray(0, this.#length))
  }

  #writeNumber(number: number): void {
    if (this.#length + MAX_NUMBER_BYTES > this.#bytes.length) {
      const grown = Buffer.alloc(2 * this.#bytes.length + 64)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#length = writeNumber(number, this.#bytes, this.#length)
  }
}

/** Reads what `RunWriter` wrote: each run by its distance from the first key, and its length. */
export function* decodeRuns(
  runs: Uint8Array,
): Generator<{ readonly offset: number; readonly count: number }> {
  let offset = 0
  let isGap = false
  for (const number of readNumbers(inflateRawSync(runs))) {
    if (!isGap) yield { offset, count: number }
    offset += number
    isGap = !isGap
  }
}
