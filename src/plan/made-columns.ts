import type { ManifestColumn } from '../manifest/manifest.js'
import { type CatalogTable, findColumn } from '../postgres/catalog.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import type { DateTimeBase } from '../values/run-timestamp.js'
import type { MadeBy, PreparedMade } from './prepared-column.js'
import type { SourceModel } from './source-model.js'

/** The columns that a file lacks and that Prisma Client would have filled: the loader does. */
export function listMadeColumns(
  source: SourceModel,
  live: CatalogTable | undefined,
): readonly PreparedMade[] {
  const present = new Set(source.columns.map(({ column }) => column.field))
  return source.model.columns
    .filter(({ field }) => !present.has(field))
    .flatMap((column) => {
      const liveColumn = findColumn(live, column.column)
      if (liveColumn === undefined) return []
      const value = findMaker(column, liveColumn)
      return value === null ? [] : [{ column: column.column, type: liveColumn.type, value }]
    })
}

/**
 * How the loader makes the value of a column; null when it does not, because the database does or
 * nobody. Prisma Client knows nothing of hidden columns, and writes an empty list where none is given.
 */
export function findMaker(column: ManifestColumn, live: CatalogColumn): MadeBy | null {
  const { default: made, isUpdatedAt, isList, isHidden } = column
  if (isHidden || live.isGenerated) {
    return null
  }
  if (made?.by === 'client') {
    return { kind: 'client', make: made.make, args: made.args }
  }
  const type = DATE_TIMES.find((base) => base === live.valueType.name)
  if (type !== undefined && (isUpdatedAt || (made?.make === 'now' && !live.hasDefault))) {
    return { kind: 'timestamp', type, isUpdatedAt }
  }
  return isList && live.isNotNull && !live.hasDefault ? { kind: 'emptyList' } : null
}

const DATE_TIMES: readonly DateTimeBase[] = ['timestamp', 'timestamptz', 'date', 'time', 'timetz']

/** As the schema writes it: `uuid(7)`, `now()`, `@updatedAt`; `[]` for an empty list. */
export function describeMaker(value: MadeBy): string {
  switch (value.kind) {
    case 'client':
      return `${value.make}(${value.args.join(', ')})`
    case 'timestamp':
      return value.isUpdatedAt ? '@updatedAt' : 'now()'
    case 'emptyList':
      return '[]'
  }
}
