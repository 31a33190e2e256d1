import { deflateRawSync, inflateRawSync } from 'node:zlib'

const WORD_BITS = 32
const BYTES_PER_WORD = 4

/** Some of the rows of the files of a model, which are counted from 0 through all of them. */
export interface Rows {
  has(row: number): boolean
  /** The row that has so many others before it which are none of these, and is none itself. */
  rowBehind(others: number): number
}

/** All of them: there is no other. */
export const ALL_ROWS: Rows = { has: () => true, rowBehind: (others) => others }

/** A bit for each row. */
export class RowSet implements Rows {
  size = 0
  #words = new Uint32Array(1024)

  /** What `toBytes` gave. */
  static fromBytes(bytes: Uint8Array): RowSet {
    const set = new RowSet()
    const { buffer, byteOffset, length } = inflateRawSync(bytes)
    const view = new DataView(buffer, byteOffset, length)
    set.#words = new Uint32Array(Math.max(1, length / BYTES_PER_WORD))
    for (let word = 0; word < length / BYTES_PER_WORD; word++) {
      const bits = view.getUint32(word * BYTES_PER_WORD, true)
      set.#words[word] = bits
      for (let rest = bits; rest !== 0; rest &= rest - 1) set.size++
    }
    return set
  }

  /** The set as bytes, packed by Deflate: the same on every machine. */
  toBytes(): Buffer {
    const bytes = Buffer.alloc(this.#words.length * BYTES_PER_WORD)
    for (const [word, bits] of this.#words.entries()) {
      bytes.writeUInt32LE(bits, word * BYTES_PER_WORD)
    }
    return deflateRawSync(bytes)
  }

  /** Adds a row that is not in the set. */
  add(row: number): void {
    const word = Math.floor(row / WORD_BITS)
    if (word >= this.#words.length) {
      const grown = new Uint32Array(Math.max(2 * this.#words.length, word + 1))
      grown.set(this.#words)
      this.#words = grown
    }
    this.#words[word] = (this.#words[word] as number) | (1 << (row % WORD_BITS))
    this.size++
  }

  has(row: number): boolean {
    const word = this.#words[Math.floor(row / WORD_BITS)] ?? 0
    return ((word >>> (row % WORD_BITS)) & 1) === 1
  }

  rowBehind(others: number): number {
    let row = 0
    for (let before = 0; before < others || this.has(row); row++) {
      if (!this.has(row)) before++
    }
    return row
  }
}
