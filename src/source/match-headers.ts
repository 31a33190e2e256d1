import type { GyroError } from '../error/gyro-error.js'
import type { ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { duplicateHeader, emptyHeader, noColumn, unknownHeader, unusedMap } from './header-error.js'
import type { ModelHeaderOptions } from './header-options.js'
import type { HeaderRow } from './header-row.js'
import { countOriginalHeaders } from './reject-columns.js'

/** A column of a file and the column of the model that it means. */
export interface MatchedColumn {
  readonly header: string
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly column: ManifestColumn
}

/** What a header comes to. */
export interface MatchedHeaders {
  /** In file order, those that are left out excepted. */
  readonly columns: readonly MatchedColumn[]
  readonly problems: readonly GyroError[]
  /** Columns that are left out, and why. */
  readonly warnings: readonly string[]
  /** The entries of the option that left columns out. */
  readonly ignoredBy: readonly string[]
}

/**
 * Finds the column of each header cell: the one that the options map it to, else by field, column or
 * annotation, whose case matters if it has to. What an import that rejected rows has said of them, in
 * five columns behind the others, is left out.
 */
export function matchHeaders(row: HeaderRow, options: ModelHeaderOptions): MatchedHeaders {
  const { file, headers, model } = row
  const problems: GyroError[] = []
  const byField = new Map<string, MatchedColumn>()
  const ignored = new Map<string, string>()
  const skipped: string[] = []
  for (const [index, header] of headers.slice(0, countOriginalHeaders(headers)).entries()) {
    const ignoredBy = options.ignoredBy(header)
    const column = ignoredBy === null ? matchColumn(header, model, options) : null
    const other = column && byField.get(column.field)
    if (ignoredBy !== null) {
      ignored.set(header, ignoredBy)
    } else if (header === '') {
      problems.push(emptyHeader(row, index))
    } else if (column === null) {
      problems.push(unknownHeader(row, index))
    } else if (other) {
      problems.push(duplicateHeader(row, column.field, [other, { header, index }]))
    } else if (column.isSkipped) {
      skipped.push(header)
    } else {
      byField.set(column.field, { header, index, column })
    }
  }
  for (const header of options.map.keys()) {
    if (!headers.includes(header)) problems.push(unusedMap(row, header))
  }
  if (byField.size === 0 && problems.length === 0) {
    problems.push(noColumn(row))
  }
  return {
    columns: [...byField.values()],
    problems,
    warnings: [
      ...warnOfLeftOut(file, [...ignored.keys()], 'as asked for'),
      ...warnOfLeftOut(file, skipped, 'as @gyro.skip says'),
    ],
    ignoredBy: [...new Set(ignored.values())],
  }
}

function matchColumn(
  header: string,
  { columns }: ManifestModel,
  { map }: ModelHeaderOptions,
): ManifestColumn | null {
  const field = map.get(header)
  if (field !== undefined) {
    return columns.find((column) => column.field === field) ?? null
  }
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

function warnOfLeftOut(file: string, headers: readonly string[], why: string): readonly string[] {
  const names = headers.map((header) => `"${header}"`).join(', ')
  return headers.length === 0 ? [] : [`${file}: left out ${why}: ${names}.`]
}
