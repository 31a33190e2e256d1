/** A reference implementation of slices: plain objects, row by row. */

/** By what rows of a model refer to others. */
export interface PlainReference {
  readonly name: string
  readonly from: string
  readonly to: string
  /** Columns that become NULL where it is cut off; empty where that is not allowed. */
  readonly nullable: readonly string[]
}

export interface PlainRow {
  readonly model: string
  readonly id: number
  /** By the name of the reference: the id of the row referred to, there or not; null for none. */
  readonly targets: Readonly<Record<string, number | null>>
}

export interface PlainOptions {
  /** Ids by model. */
  readonly roots: Readonly<Record<string, readonly number[]>>
  readonly isFollowed: (reference: PlainReference) => boolean
  readonly depth: number
  readonly limit: Readonly<Record<string, number>>
  readonly prunes: boolean
}

/** Rows that are in, and the names of the references that each has lost. */
export type PlainSlice = ReadonlyMap<PlainRow, readonly string[]>

export function plainSlice(
  rows: readonly PlainRow[],
  references: readonly PlainReference[],
  options: PlainOptions,
): PlainSlice {
  const slice = new Set<PlainRow>()
  const find = (model: string, id: number | null | undefined) =>
    rows.find((row) => row.model === model && row.id === id)
  const admit = (candidates: readonly PlainRow[]) =>
    [...new Set(candidates)]
      .filter((row) => !slice.has(row))
      .toSorted((a, b) => b.id - a.id)
      .filter((row) => {
        const there = [...slice].filter(({ model }) => model === row.model).length
        if (there >= (options.limit[row.model] ?? Number.POSITIVE_INFINITY)) return false
        slice.add(row)
        return true
      })
  let level = admit(rows.filter(({ model, id }) => options.roots[model]?.includes(id)))
  for (let step = 0; step < options.depth && level.length > 0; step++) {
    const children = references
      .filter(options.isFollowed)
      .flatMap(({ name, from, to }) =>
        rows.filter(
          (row) =>
            row.model === from &&
            level.some((parent) => parent.model === to && parent.id === row.targets[name]),
        ),
      )
    level = admit(children)
  }
  const isCut = ({ nullable }: PlainReference) => options.prunes && nullable.length > 0
  // A set grows while it is walked.
  for (const row of slice) {
    for (const reference of references.filter((each) => each.from === row.model)) {
      const parent = find(reference.to, row.targets[reference.name])
      if (!isCut(reference) && parent !== undefined) slice.add(parent)
    }
  }
  const lostBy = (row: PlainRow) =>
    references
      .filter((each) => each.from === row.model && isCut(each))
      .filter(({ name, to }) => {
        const id = row.targets[name]
        if (id === null || id === undefined) return false
        const parent = find(to, id)
        return parent === undefined || !slice.has(parent)
      })
      .map(({ name }) => name)
  return new Map([...slice].map((row) => [row, lostBy(row)]))
}
