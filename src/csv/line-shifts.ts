/**
 * Where the lines of a file that was written anew stand in the original: rows in it may take more lines
 * or fewer. Only such rows are remembered, by two numbers each.
 */
export class LineShifts {
  /** The first line behind each such row, ascending. */
  readonly #behind: number[] = []
  /** By how much lines from there on are further down. */
  readonly #by: number[] = []

  /** Says that a row, which ends in front of the line `behind`, takes so many lines more. In order. */
  add(behind: number, more: number): void {
    this.#by.push((this.#by.at(-1) ?? 0) + more)
    this.#behind.push(behind)
  }

  /** The line of the original; of a row that takes other lines, one that is the row's there. */
  originalOf(line: number): number {
    let low = 0
    let high = this.#behind.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#behind[middle] ?? 0) > line) high = middle
      else low = middle + 1
    }
    const original = line - (this.#by[low - 1] ?? 0)
    const next = this.#behind[low]
    return next === undefined ? original : Math.min(original, next - (this.#by[low] ?? 0) - 1)
  }
}
