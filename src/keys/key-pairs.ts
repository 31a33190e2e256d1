import { IntegerPairs, smallInteger } from './integer-pairs.js'
import { formatUuid, type KeySpelling } from './key-spelling.js'

/** Bytes of a uuid: half of what its digits take. */
const UUID_BYTES = 16
/** More than this share of the slots taken, and a search runs into too many others. */
const MAX_LOAD = 0.6

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * Source keys with their target keys, for keys that follow no rule. Their bytes lie one behind the
 * other in a single buffer and are found by a hash of the source key: some 20 bytes for each pair and
 * the two keys, 16 bytes where they are uuids. No object per key. Pairs of integers, apart from very
 * high ones, are kept as such.
 */
export class KeyPairs {
  /** Those of integers up to 2^51; null where keys are no integers. */
  readonly integers: IntegerPairs | null
  readonly #spelling: KeySpelling
  /** How many others there are. */
  #count = 0
  /** Source and target of each pair. */
  #bytes = Buffer.alloc(64 * 1024)
  /** Where the source and the target of each pair begin, and where the last target ends. */
  #places = new Uint32Array(2048)
  /** By hash: the number of a pair, counted from 1; 0 is a free slot. */
  #slots = new Uint32Array(2048)

  /** @param spelling Of source and target keys. */
  constructor(spelling: KeySpelling) {
    this.#spelling = spelling
    this.integers = spelling === 'integer' ? new IntegerPairs() : null
  }

  get size(): number {
    return this.#count + (this.integers?.size ?? 0)
  }

  /** Adds a pair whose source key, normalized, is not there yet. */
  add(source: string, target: string): void {
    if (this.integers !== null) {
      const integer = smallInteger(source)
      const integerTarget = smallInteger(target)
      if (!Number.isNaN(integer) && !Number.isNaN(integerTarget)) {
        this.integers.add(integer, integerTarget)
        return
      }
    }
    const from = this.#encode(source)
    const to = this.#encode(target)
    this.#makeRoom(from.length + to.length)
    const pair = this.#count++
    const start = this.#places[2 * pair] as number
    this.#bytes.set(from, start)
    this.#bytes.set(to, start + from.length)
    this.#places[2 * pair + 1] = start + from.length
    this.#places[2 * pair + 2] = start + from.length + to.length
    this.#slots[this.#slotOf(from)] = this.#count
  }

  /** The target of a normalized source key; null when there is no such pair. */
  targetOf(source: string): string | null {
    const integer = this.#integerTargetOf(source)
    if (!Number.isNaN(integer)) return String(integer)
    if (this.#count === 0) return null
    const pair = this.#slots[this.#slotOf(this.#encode(source))] as number
    return pair === 0 ? null : this.#decode(2 * pair - 1)
  }

  /** Whether there is a pair of a normalized source key. */
  has(source: string): boolean {
    return this.targetOf(source) !== null
  }

  /** The target keys, integers first. */
  *targets(): Generator<string> {
    for (const [, target] of this.integers?.entries() ?? []) yield String(target)
    for (let pair = 1; pair <= this.#count; pair++) yield this.#decode(2 * pair - 1)
  }

  /** The pairs of source and target keys that are not among `integers`. */
  *texts(): Generator<readonly [string, string]> {
    for (let pair = 0; pair < this.#count; pair++) {
      yield [this.#decode(2 * pair), this.#decode(2 * pair + 1)]
    }
  }

  /** All pairs of source and target keys, integers first. */
  *entries(): Generator<readonly [string, string]> {
    for (const [source, target] of this.integers?.entries() ?? []) {
      yield [String(source), String(target)]
    }
    yield* this.texts()
  }

  #integerTargetOf(source: string): number {
    return this.integers?.targetOf(smallInteger(source)) ?? Number.NaN
  }

  /** The slot of a source key, or the free one that it would get. */
  #slotOf(source: Buffer): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(source) & mask
    for (let pair = this.#slots[slot] as number; pair !== 0; pair = this.#slots[slot] as number) {
      const start = this.#places[2 * pair - 2] as number
      const end = this.#places[2 * pair - 1] as number
      if (source.compare(this.#bytes, start, end) === 0) break
      slot = (slot + 1) & mask
    }
    return slot
  }

  #makeRoom(bytes: number): void {
    const end = this.#places[2 * this.#count] as number
    if (end + bytes > this.#bytes.length) {
      const grown = Buffer.alloc(2 * (this.#bytes.length + bytes))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    if (2 * this.#count + 2 >= this.#places.length) {
      const grown = new Uint32Array(2 * this.#places.length)
      grown.set(this.#places)
      this.#places = grown
    }
    if (this.#count >= MAX_LOAD * this.#slots.length) {
      this.#slots = new Uint32Array(2 * this.#slots.length)
      for (let pair = 1; pair <= this.#count; pair++) {
        const start = this.#places[2 * pair - 2] as number
        const source = this.#bytes.subarray(start, this.#places[2 * pair - 1])
        this.#slots[this.#slotOf(source)] = pair
      }
    }
  }

  #encode(key: string): Buffer {
    return this.#spelling === 'uuid'
      ? Buffer.from(key.replaceAll('-', ''), 'hex')
      : Buffer.from(key)
  }

  #decode(place: number): string {
    const start = this.#places[place] as number
    return this.#spelling === 'uuid'
      ? formatUuid(this.#bytes.toString('hex', start, start + UUID_BYTES))
      : this.#bytes.toString('utf8', start, this.#places[place + 1])
  }
}

/** FNV-1a, stirred once more: its lower bits alone say little of the first bytes. */
function hashOf(bytes: Buffer): number {
  let hash = FNV_OFFSET
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME)
  }
  return (hash ^ (hash >>> 15)) >>> 0
}
