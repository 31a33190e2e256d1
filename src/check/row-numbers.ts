/** A number for each row of a model, 8 bytes each; NaN where there is none. */
export class RowNumbers {
  size = 0
  #values = new Float64Array(1024)
  #sorted: Float64Array | null = null
  #order: Uint32Array | null = null

  add(value: number): void {
    if (this.size === this.#values.length) {
      const grown = new Float64Array(2 * this.size)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.size++] = value
  }

  at(row: number): number {
    return this.#values[row] as number
  }

  /** Takes the number of a row away: before others are asked for. */
  clear(row: number): void {
    this.#values[row] = Number.NaN
  }

  has(value: number): boolean {
    const sorted = this.#sort()
    return (
      sorted[firstPlace(sorted.length, (place) => (sorted[place] as number) >= value)] === value
    )
  }

  /** How many rows have a number. Those that were added later do not count. */
  count(value: number): number {
    const sorted = this.#sort()
    return (
      firstPlace(sorted.length, (place) => (sorted[place] as number) > value) -
      firstPlace(sorted.length, (place) => (sorted[place] as number) >= value)
    )
  }

  /** The rows that have a number, in no particular order. */
  rowsOf(value: number): Uint32Array {
    const order = this.#arrange()
    const at = (place: number) => this.#values[order[place] as number] as number
    const from = firstPlace(order.length, (place) => at(place) >= value)
    const to = firstPlace(order.length, (place) => at(place) > value)
    return order.subarray(from, to)
  }

  /** Numbers that several of the rows have. */
  repeated(isIncluded: (row: number) => boolean): ReadonlySet<number> {
    const values = this.#values
      .subarray(0, this.size)
      .filter((_, row) => isIncluded(row))
      .sort()
    const repeated = new Set<number>()
    for (let i = 1; i < values.length; i++) {
      // NaN is like nothing.
      if (values[i] === values[i - 1]) repeated.add(values[i] as number)
    }
    return repeated
  }

  #sort(): Float64Array {
    this.#sorted ??= this.#values.subarray(0, this.size).filter(isNumber).sort()
    return this.#sorted
  }

  /** The rows that have a number, in the order of their numbers. */
  #arrange(): Uint32Array {
    const values = this.#values
    this.#order ??= Uint32Array.from({ length: this.size }, (_, row) => row)
      .filter((row) => isNumber(values[row] as number))
      .sort((a, b) => (values[a] as number) - (values[b] as number))
    return this.#order
  }
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value)
}

/** The first place that a condition holds for, which holds for all behind it; `length` for none. */
function firstPlace(length: number, holds: (place: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
