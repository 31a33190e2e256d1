import type { CsvPosition } from '../csv/csv-error.js'
import type { CsvScanner } from '../csv/csv-scanner.js'
import { duplicateRow } from './check-error.js'
import { visitRows } from './model-parts.js'
import type { ModelRows, ModelUnique } from './model-rows.js'
import type { RowFault } from './row-fault.js'

/** A unique of which some rows may have the same values. */
interface Suspicion extends ModelUnique {
  readonly suspects: ReadonlySet<number>
  /** By values: the first row that has them. */
  readonly firsts: Map<string, CsvPosition>
}

/**
 * Finds rows whose values stand in a row before them though they may only once, among those that are
 * faultless so far. The numbers of rows tell which may be: only their values are compared.
 */
export async function findDuplicates(rows: ModelRows, signal?: AbortSignal): Promise<void> {
  const isIncluded = (row: number) => !rows.faults.has(row)
  const suspicions = rows.uniques.flatMap((unique): readonly Suspicion[] => {
    const suspects = unique.numbers.repeated(isIncluded)
    return suspects.size === 0 ? [] : [{ ...unique, suspects, firsts: new Map() }]
  })
  if (suspicions.length === 0) return
  await visitRows(
    rows.model,
    {
      onRows: (scanner, before) => {
        for (let row = scanner.firstRow; row < scanner.rows; row++) {
          const place = before + row - scanner.firstRow
          if (!isIncluded(place)) continue
          const asked = suspicions.filter(({ suspects, numbers }) =>
            suspects.has(numbers.at(place)),
          )
          const fault = asked.length === 0 ? null : compare(rows, asked, { scanner, row })
          if (fault !== null) rows.faults.set(place, fault)
        }
      },
      onMisfit: () => {},
    },
    signal,
  )
}

/** The fault of a row that has the same as one before it; else it is the first one of its values. */
function compare(
  { model }: ModelRows,
  suspicions: readonly Suspicion[],
  { scanner, row }: { readonly scanner: CsvScanner; readonly row: number },
): RowFault | null {
  const read = suspicions.map((suspicion) => ({
    ...suspicion,
    values: suspicion.tuple.textOf(scanner, row) as string,
  }))
  for (const { tuple, code, firsts, values } of read) {
    const first = firsts.get(values)
    if (first === undefined) continue
    const headers = tuple.columns.map(({ index }) => model.headers[index] as string)
    const column = tuple.columns[0]?.index ?? null
    return { column, ...duplicateRow(headers, code, first), root: code }
  }
  for (const { tuple, firsts, values } of read) {
    firsts.set(values, scanner.positionOf(row, tuple.columns[0]?.index ?? 0))
  }
  return null
}
