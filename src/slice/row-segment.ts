// Sets of rows are looked up for every row that a slice meets: here speed beats shape. The plain
// reference implementation is in test/slice/row-set.test.ts.

/** Blocks of a segment. A row within it is a number: 65 536 × block within the segment + offset. */
export const SEGMENT_BLOCKS = 256

const WORD_BITS = 32

/**
 * Rows of 256 neighbouring blocks of a table: few as a sorted list, 4 bytes each; many as a bitmap
 * that is as wide as the highest offset needs, 16 bytes for a block of 100 rows.
 */
export class RowSegment {
  size = 0
  /** The sorted list, of which `size` count; of no length where there is a bitmap. */
  #list = new Uint32Array(4)
  #bits: Uint32Array | null = null
  /** Words of the bitmap for each block. */
  #stride = 1

  /** Whether the row was not there before. */
  add(row: number): boolean {
    const stride = Math.floor((row & 0xffff) / WORD_BITS) + 1
    if (stride > this.#stride) this.#widen(stride)
    if (this.#bits === null && this.size >= SEGMENT_BLOCKS * this.#stride) this.#turnIntoBitmap()
    return this.#bits === null ? this.#insert(row) : this.#set(this.#bits, row)
  }

  has(row: number): boolean {
    if (this.#bits === null) {
      const place = this.#placeOf(row)
      return place < this.size && this.#list[place] === row
    }
    const offset = row & 0xffff
    if (offset >= this.#stride * WORD_BITS) return false
    const word = this.#bits[(row >>> 16) * this.#stride + (offset >>> 5)] as number
    return ((word >>> (offset & 31)) & 1) === 1
  }

  /** Rows in ascending order. */
  *rows(): Generator<number> {
    if (this.#bits === null) {
      for (let index = 0; index < this.size; index++) yield this.#list[index] as number
      return
    }
    for (let word = 0; word < this.#bits.length; word++) {
      const base = (Math.floor(word / this.#stride) << 16) + (word % this.#stride) * WORD_BITS
      for (let bits = this.#bits[word] as number; bits !== 0; bits &= bits - 1) {
        yield base + 31 - Math.clz32(bits & -bits)
      }
    }
  }

  /** The place of the first row of the list that is not less. */
  #placeOf(row: number): number {
    let low = 0
    let high = this.size
    // Rows mostly come in order.
    if (high > 0 && (this.#list[high - 1] as number) < row) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#list[middle] as number) < row) low = middle + 1
      else high = middle
    }
    return low
  }

  #insert(row: number): boolean {
    const place = this.#placeOf(row)
    if (place < this.size && this.#list[place] === row) return false
    if (this.size === this.#list.length) {
      const grown = new Uint32Array(2 * this.size)
      grown.set(this.#list)
      this.#list = grown
    }
    this.#list.copyWithin(place + 1, place, this.size)
    this.#list[place] = row
    this.size++
    return true
  }

  #set(bits: Uint32Array, row: number): boolean {
    const offset = row & 0xffff
    const word = (row >>> 16) * this.#stride + (offset >>> 5)
    const before = bits[word] as number
    const after = (before | (1 << (offset & 31))) >>> 0
    if (before === after) return false
    bits[word] = after
    this.size++
    return true
  }

  #turnIntoBitmap(): void {
    const rows = this.#list.subarray(0, this.size)
    const bits = new Uint32Array(SEGMENT_BLOCKS * this.#stride)
    this.#bits = bits
    this.#list = new Uint32Array(0)
    this.size = 0
    for (const row of rows) this.#set(bits, row)
  }

  #widen(stride: number): void {
    if (this.#bits !== null) {
      const wide = new Uint32Array(SEGMENT_BLOCKS * stride)
      for (let block = 0; block < SEGMENT_BLOCKS; block++) {
        const from = block * this.#stride
        wide.set(this.#bits.subarray(from, from + this.#stride), block * stride)
      }
      this.#bits = wide
    }
    this.#stride = stride
  }
}
