// Hot code: speed beats shape here. Guarded by the "update" part of `npm run bench`.

/** Keys up to here: the distance of any two fits a `number` even when it is doubled. */
const HIGHEST = 2 ** 51
/** More than this share of the slots taken, and a search runs into too many others. */
const MAX_LOAD = 0.6
const HIGH_UNIT = 2 ** 32
/** Odd, and spread over all bits. */
const LOW_FACTOR = 0x9e3779b1
const HIGH_FACTOR = 0x85ebca6b

/** The integer that a text is; NaN where it is none up to 2^51, or PostgreSQL would write it in another way. */
export function smallInteger(text: string): number {
  const number = Number(text)
  return number >= -HIGHEST && number <= HIGHEST && String(number) === text ? number : Number.NaN
}

/**
 * Source keys with their target keys, all of them integers up to 2^51: 16 bytes a pair, and some 7 by
 * which it is found.
 */
export class IntegerPairs {
  size = 0
  #sources = new Float64Array(1024)
  #targets = new Float64Array(1024)
  /** By hash: the number of a pair, counted from 1; 0 is a free slot. */
  #slots = new Uint32Array(2048)

  /** Adds a pair whose source key is not there yet. */
  add(source: number, target: number): void {
    if (this.size === this.#sources.length) {
      this.#sources = grow(this.#sources)
      this.#targets = grow(this.#targets)
    }
    if (this.size >= MAX_LOAD * this.#slots.length) {
      this.#slots = new Uint32Array(2 * this.#slots.length)
      for (let pair = 0; pair < this.size; pair++) {
        this.#slots[this.#slotOf(this.#sources[pair] as number)] = pair + 1
      }
    }
    this.#sources[this.size] = source
    this.#targets[this.size] = target
    this.#slots[this.#slotOf(source)] = ++this.size
  }

  /** The target of a source key, any number; NaN when there is no such pair. */
  targetOf(source: number): number {
    const pair = this.#slots[this.#slotOf(source)] as number
    return pair === 0 ? Number.NaN : (this.#targets[pair - 1] as number)
  }

  /** All pairs, in the order in which they were added. */
  *entries(): Generator<readonly [number, number]> {
    for (let pair = 0; pair < this.size; pair++) {
      yield [this.#sources[pair] as number, this.#targets[pair] as number]
    }
  }

  /** The source keys in ascending order. */
  sortedSources(): Float64Array {
    return this.#sources.slice(0, this.size).sort()
  }

  /** The slot of a source key, or the free one that it would get. */
  #slotOf(source: number): number {
    const mask = this.#slots.length - 1
    const high = Math.imul(Math.floor(source / HIGH_UNIT), HIGH_FACTOR)
    const hash = Math.imul(source ^ high, LOW_FACTOR)
    let slot = (hash ^ (hash >>> 15)) & mask
    for (let pair = this.#slots[slot] as number; pair !== 0; pair = this.#slots[slot] as number) {
      if (this.#sources[pair - 1] === source) break
      slot = (slot + 1) & mask
    }
    return slot
  }
}

function grow(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(2 * numbers.length)
  grown.set(numbers)
  return grown
}
