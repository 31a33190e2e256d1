// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.

const PAGE_KEYS = 65_536
const PAGE_WORDS = PAGE_KEYS / 32
/** Keys may be spread: up to this many page numbers for each page that there is are put into a table. */
const MAX_NUMBERS_PER_PAGE = 64

/**
 * Integers in pages of bitmaps: a bit for each key while they are added, two bits when they are
 * sealed, in whatever order they come. Fuller pages make fewer bytes; see `bytes`.
 */
export class DenseKeys {
  /** Exact once sealed: before, a key that came twice may count twice. */
  size = 0
  /** A key that came twice, if there is one: told once sealed. */
  duplicate: number | null = null
  /** The keys that came last, and are in no page yet. */
  #runFrom = Number.NaN
  #runTo = Number.NaN
  /** By page number: the bits of 65 536 keys. Empty once sealed. */
  #pages = new Map<number, Uint32Array<ArrayBuffer>>()
  /** The page used last: files are mostly in order. */
  #page = new Uint32Array(0)
  #pageNumber = Number.NaN

  /** Once sealed: all pages in ascending order, and the number of keys before each word. */
  #bits = new Uint32Array(0)
  #ranks = new Uint32Array(0)
  /** Page number → place among the pages; the table begins at `#firstNumber` and holds -1 for none. */
  #firstNumber = 0
  #places = new Int32Array(0)
  #sparsePlaces: ReadonlyMap<number, number> | null = null
  #numbers: readonly number[] = []
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY

  /** Memory of the pages while keys are added, without those of the last run. */
  get bytes(): number {
    return this.#pages.size * PAGE_WORDS * 4
  }

  /**
   * Once sealed: the lowest and the highest key when all between them are there, as in most exports;
   * else null.
   */
  get range(): { readonly from: number; readonly to: number } | null {
    const isWhole = this.size > 0 && this.#highest - this.#lowest + 1 === this.size
    return isWhole ? { from: this.#lowest, to: this.#highest } : null
  }

  /** Adds all keys from one to another. Those that go on from the last ones cost nothing. */
  addRun(from: number, to: number): void {
    this.size += to - from + 1
    if (from !== this.#runTo + 1) {
      this.#settleRun()
      this.#runFrom = from
    }
    this.#runTo = to
  }

  /** Puts the pages in order and counts the keys: after the last `addRun`, before the first `rankOf`. */
  seal(): void {
    this.#settleRun()
    const pages = this.#ascendingPages()
    const numbers = pages.map(([number]) => number)
    this.#bits = new Uint32Array(pages.length * PAGE_WORDS)
    this.#ranks = new Uint32Array(pages.length * PAGE_WORDS)
    for (const [place, [, page]] of pages.entries()) {
      this.#bits.set(page, place * PAGE_WORDS)
    }
    let before = 0
    for (let word = 0; word < this.#bits.length; word++) {
      this.#ranks[word] = before
      before += countBits(this.#bits[word] as number)
    }
    this.#placePages(numbers)
    this.#numbers = numbers
    this.#pages = new Map()
  }

  /** Once sealed: the keys in ascending order, those without a gap together. */
  *runs(): Generator<{ readonly from: number; readonly count: number }> {
    let from = Number.NaN
    let end = Number.NaN
    for (let index = 0; index < this.#bits.length; index++) {
      let word = this.#bits[index] as number
      if (word === 0) continue
      const number = this.#numbers[Math.floor(index / PAGE_WORDS)] as number
      const first = number * PAGE_KEYS + (index % PAGE_WORDS) * 32
      for (let bit = 0; word !== 0; ) {
        const gap = trailingZeros(word)
        bit += gap
        const count = trailingZeros(~(word >>> gap))
        if (first + bit !== end) {
          if (end > from) yield { from, count: end - from }
          from = first + bit
        }
        bit += count
        end = first + bit
        // A shift by 32 would be one by nothing.
        word = bit === 32 ? 0 : (this.#bits[index] as number) >>> bit
      }
    }
    if (end > from) yield { from, count: end - from }
  }

  /** How many keys are lower; -1 when the key is not there. */
  rankOf(key: number): number {
    const number = Math.floor(key / PAGE_KEYS)
    const place = this.#placeOf(number)
    if (place === -1) {
      return -1
    }
    const bit = key - number * PAGE_KEYS
    const index = place * PAGE_WORDS + (bit >>> 5)
    const word = this.#bits[index] as number
    const mask = 1 << (bit & 31)
    if ((word & mask) === 0) {
      return -1
    }
    return (this.#ranks[index] as number) + countBits(word & (mask - 1))
  }

  /** The keys in ascending order, while they are added. */
  *keys(): Generator<number> {
    this.#settleRun()
    for (const [number, page] of this.#ascendingPages()) {
      for (let bit = 0; bit < PAGE_KEYS; bit++) {
        if (((page[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) {
          yield number * PAGE_KEYS + bit
        }
      }
    }
  }

  /** Puts the run into its pages. */
  #settleRun(): void {
    const to = this.#runTo
    for (let from = this.#runFrom; from <= to; ) {
      const number = Math.floor(from / PAGE_KEYS)
      const first = number * PAGE_KEYS
      const last = Math.min(to, first + PAGE_KEYS - 1)
      if (number !== this.#pageNumber) {
        this.#page = this.#pages.get(number) ?? this.#addPage(number)
        this.#pageNumber = number
      }
      this.#setBits(from - first, last - first)
      from = last + 1
    }
    if (this.#runFrom < this.#lowest) this.#lowest = this.#runFrom
    if (to > this.#highest) this.#highest = to
    this.#runTo = Number.NaN
  }

  /** Sets bits of the current page: from one to another, a word at a time. */
  #setBits(from: number, to: number): void {
    const page = this.#page
    for (let bit = from; bit <= to; bit = (bit | 31) + 1) {
      const index = bit >>> 5
      const unused = Math.max(0, (bit | 31) - to)
      const mask = (-1 << (bit & 31)) & (-1 >>> unused)
      const word = page[index] as number
      const common = word & mask
      if (common !== 0) {
        this.duplicate = this.#pageNumber * PAGE_KEYS + index * 32 + 31 - Math.clz32(common)
        this.size -= countBits(common)
      }
      page[index] = word | mask
    }
  }

  #addPage(number: number): Uint32Array<ArrayBuffer> {
    const page = new Uint32Array(PAGE_WORDS)
    this.#pages.set(number, page)
    return page
  }

  #ascendingPages(): [number, Uint32Array<ArrayBuffer>][] {
    return [...this.#pages].sort(([a], [b]) => a - b)
  }

  /** Makes page numbers findable: by a table where they lie close together, else by a map. */
  #placePages(numbers: readonly number[]): void {
    const first = numbers[0] ?? 0
    const span = (numbers.at(-1) ?? 0) - first + 1
    if (span > MAX_NUMBERS_PER_PAGE * numbers.length) {
      this.#sparsePlaces = new Map(numbers.map((number, place) => [number, place]))
      return
    }
    this.#firstNumber = first
    this.#places = new Int32Array(span).fill(-1)
    for (const [place, number] of numbers.entries()) {
      this.#places[number - first] = place
    }
  }

  #placeOf(number: number): number {
    if (this.#sparsePlaces !== null) {
      return this.#sparsePlaces.get(number) ?? -1
    }
    const index = number - this.#firstNumber
    return index >= 0 && index < this.#places.length ? (this.#places[index] as number) : -1
  }
}

/** How many bits below the lowest one are not set; 32 where none is. */
function trailingZeros(word: number): number {
  return word === 0 ? 32 : 31 - Math.clz32(word & -word)
}

/** Set bits of 32. The usual addition in parallel: pairs, then fours, then bytes. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
