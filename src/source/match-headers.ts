import type { GyroError } from '../error/gyro-error.js'
import type { ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { duplicateHeader, unknownHeader } from './source-error.js'

/** A column of a file and the column of the model that it means. */
export interface MatchedColumn {
  readonly header: string
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly column: ManifestColumn
}

/** Finds the column of each header cell: by field or column name, whose case matters if it has to. */
export function matchHeaders(
  file: string,
  headers: readonly string[],
  model: ManifestModel,
): { readonly columns: readonly MatchedColumn[]; readonly problems: readonly GyroError[] } {
  const problems: GyroError[] = []
  const byField = new Map<string, MatchedColumn>()
  for (const [index, header] of headers.entries()) {
    const column = matchColumn(header, model)
    if (column === null) {
      const known = model.columns.flatMap((candidate) => candidate.headers)
      const wrong = { header, column: index + 1, model: model.name }
      problems.push(unknownHeader(file, wrong, known))
      continue
    }
    const other = byField.get(column.field)
    if (other !== undefined) {
      problems.push(duplicateHeader(file, column.field, [other.header, header]))
      continue
    }
    byField.set(column.field, { header, index, column })
  }
  return { columns: [...byField.values()], problems }
}

function matchColumn(header: string, { columns }: ManifestModel): ManifestColumn | null {
  const exact = columns.filter((column) => column.headers.includes(header))
  const lower = header.toLowerCase()
  const alike = columns.filter((column) =>
    column.headers.some((known) => known.toLowerCase() === lower),
  )
  // The field's name comes first: another field may be mapped to a column of that name.
  const byName = columns.find((column) => column.field === header)
  return byName ?? only(exact) ?? only(alike)
}

function only<Item>(items: readonly Item[]): Item | null {
  return items.length === 1 ? (items[0] as Item) : null
}
