/** Fields of references that became NULL, counted by column. */
export class NulledFields {
  /** By column: those of rows that are settled. */
  readonly counts = new Map<number, number>()
  #latest: { readonly column: number; readonly row: number }[] = []

  /** @param row Counted from 0 among all that went out; no row comes behind a later one. */
  add(column: number, row: number): void {
    this.#latest.push({ column, row })
  }

  /** Counts what is of rows before that one; the others wait. */
  settle(row: number): void {
    addTo(this.counts, this.#latest, row)
    this.#latest = this.#latest.filter((each) => each.row >= row)
  }

  /** By column: those of rows before that one, of which all that are not settled may be asked for. */
  before(row: number): ReadonlyMap<number, number> {
    const counts = new Map(this.counts)
    addTo(counts, this.#latest, row)
    return counts
  }
}

function addTo(
  counts: Map<number, number>,
  latest: readonly { readonly column: number; readonly row: number }[],
  end: number,
): void {
  for (const { column, row } of latest) {
    if (row < end) counts.set(column, (counts.get(column) ?? 0) + 1)
  }
}
