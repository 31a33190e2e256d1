import type { CsvDialect } from '../csv/csv-dialect.js'
import type { CsvScanner } from '../csv/csv-scanner.js'
import { isNullField } from '../csv/is-null-field.js'
import type { Manifest } from '../manifest/manifest.js'
import { buildValueEncoder, type ValueEncoder } from '../rows/value-encoder.js'
import type { MatchedColumn } from '../source/match-headers.js'
import { buildValueDecoder } from './value-decoder.js'

/** A column of a file as hooks see it. */
export interface HookedColumn extends ValueEncoder, Pick<MatchedColumn, 'header' | 'index'> {
  readonly field: string
  /** A value that is not NULL; undefined for a text that stands for none. */
  readonly decode: (text: string) => unknown
  /** What NULL is: as Prisma Client has it, a list that is NULL has no element. */
  readonly ofNull: null | readonly never[]
}

/** What hooks are given of a row, and what is needed to tell what they changed. */
export interface ReadRow {
  readonly row: Record<string, unknown>
  readonly values: readonly unknown[]
  /**
   * What a value was as text that could be changed in place, so that being the same object says
   * nothing; undefined for one that has no text, such as the Date of `infinity`. Null for other values.
   */
  readonly texts: readonly (string | null | undefined)[]
}

/** In file order. */
export function buildHookedColumns(
  matched: readonly MatchedColumn[],
  enums: Manifest['enums'],
): readonly HookedColumn[] {
  return matched.map(({ header, index, column }) => ({
    ...buildValueEncoder(column, enums),
    field: column.field,
    header,
    index,
    decode: buildValueDecoder(column, enums),
    ofNull: column.isList ? [] : null,
  }))
}

/** A row of the scanner's batch, or the column whose text stands for no value. */
export function readRow(
  scanner: CsvScanner,
  index: number,
  { columns, dialect }: { readonly columns: readonly HookedColumn[]; readonly dialect: CsvDialect },
): ReadRow | HookedColumn {
  const row: Record<string, unknown> = {}
  const values: unknown[] = []
  const texts: (string | null | undefined)[] = []
  const first = index * scanner.width
  for (const column of columns) {
    const value = isNullField(scanner, first + column.index, dialect)
      ? (column.ofNull?.slice() ?? null)
      : column.decode(scanner.textAt(first + column.index))
    if (value === undefined) return column
    row[column.field] = value
    values.push(value)
    texts.push(typeof value === 'object' && value !== null ? column.encode(value) : null)
  }
  return { row, values, texts }
}
