// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.

const PAGE_KEYS = 65_536
const PAGE_WORDS = PAGE_KEYS / 32
/** A bitmap and as many 16-bit running counts: 12 KiB. */
const PAGE_BYTES = PAGE_WORDS * 4 + PAGE_WORDS * 2

interface Page {
  readonly bits: Uint32Array
  /** Keys of the page before each word. */
  readonly counts: Uint16Array
  /** Keys on the pages of lower keys. */
  before: number
}

/** Integers in pages of bitmaps: 1.5 bits for each key when they are dense, in whatever order. */
export class DenseKeys {
  size = 0
  readonly #pages = new Map<number, Page>()
  /** The page used last: files are mostly in order. */
  #page: Page | null = null
  #pageNumber = Number.NaN

  /** Memory of the pages. */
  get bytes(): number {
    return this.#pages.size * PAGE_BYTES
  }

  /** False when the key is there already. */
  add(key: number): boolean {
    const number = Math.floor(key / PAGE_KEYS)
    if (number !== this.#pageNumber) {
      this.#page = this.#pages.get(number) ?? this.#addPage(number)
      this.#pageNumber = number
    }
    const { bits } = this.#page as Page
    const bit = key - number * PAGE_KEYS
    const word = bits[bit >>> 5] as number
    const mask = 1 << (bit & 31)
    if ((word & mask) !== 0) {
      return false
    }
    bits[bit >>> 5] = word | mask
    this.size++
    return true
  }

  /** Counts the keys, after the last `add` and before the first `rankOf`. */
  seal(): void {
    let before = 0
    for (const [, page] of this.#ascendingPages()) {
      page.before = before
      let onPage = 0
      for (let word = 0; word < PAGE_WORDS; word++) {
        page.counts[word] = onPage
        onPage += countBits(page.bits[word] as number)
      }
      before += onPage
    }
  }

  /** How many keys are lower; -1 when the key is not there. */
  rankOf(key: number): number {
    const number = Math.floor(key / PAGE_KEYS)
    if (number !== this.#pageNumber) {
      const page = this.#pages.get(number)
      if (page === undefined) {
        return -1
      }
      this.#page = page
      this.#pageNumber = number
    }
    const page = this.#page as Page
    const bit = key - number * PAGE_KEYS
    const index = bit >>> 5
    const word = page.bits[index] as number
    const mask = 1 << (bit & 31)
    if ((word & mask) === 0) {
      return -1
    }
    return page.before + (page.counts[index] as number) + countBits(word & (mask - 1))
  }

  /** The keys in ascending order. */
  *keys(): Generator<number> {
    for (const [number, { bits }] of this.#ascendingPages()) {
      for (let bit = 0; bit < PAGE_KEYS; bit++) {
        if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) {
          yield number * PAGE_KEYS + bit
        }
      }
    }
  }

  #addPage(number: number): Page {
    const page = {
      bits: new Uint32Array(PAGE_WORDS),
      counts: new Uint16Array(PAGE_WORDS),
      before: 0,
    }
    this.#pages.set(number, page)
    return page
  }

  #ascendingPages(): [number, Page][] {
    return [...this.#pages].sort(([a], [b]) => a - b)
  }
}

/** Set bits of 32. The usual addition in parallel: pairs, then fours, then bytes. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
