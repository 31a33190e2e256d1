import type { BusinessKey, PartialMatch } from '../plan/prepared-import.js'
import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'

/** Where the keys of the files wait to be compared with those of the table. */
export const KEY_STAGING: TableName = { schema: 'pg_temp', table: 'prisma_gyro_keys' }

/** Names that are none of an application: columns of business keys stand beside them. */
export const ROW = quoteIdentifier('prisma_gyro_row')
export const SOURCE_COLUMN = 'prisma_gyro_source'
export const SOURCE = quoteIdentifier(SOURCE_COLUMN)

/** How rows are found in their table. */
export interface RowMatch {
  readonly table: TableName
  readonly businessKey: BusinessKey
  /** The key column that the row found tells; null where rows have no key of their own. */
  readonly key: string | null
  /** Whether a NULL in the business key equals another, as in a unique NULLS NOT DISTINCT. */
  readonly nullsEqual: boolean
  /** Which rows are matched, on both sides; null for all. */
  readonly partial: PartialMatch | null
}

/** COPY fills it, which numbers the rows from 0 in the order of the files. */
export function createKeyStaging({ businessKey, key, partial }: RowMatch): Statement {
  const columns = [
    `${ROW} bigint generated always as identity (minvalue 0)`,
    ...(key === null ? [] : [`${SOURCE} text`]),
    ...[...businessKey, ...(partial?.columns ?? [])].map(
      ({ column, type }) => `${quoteIdentifier(column)} ${type}`,
    ),
  ]
  return {
    text: `\
create temporary table ${qualify(KEY_STAGING)} (
  ${columns.join(',\n  ')}
) on commit drop`,
    values: [],
  }
}

/** Two rows of the files, the first and the last one, that have the same values in these columns. */
export function repeatedRows(
  columns: readonly string[],
  { nullsEqual, partial }: Pick<RowMatch, 'nullsEqual' | 'partial'>,
): Statement {
  const names = columns.map(quoteIdentifier)
  const present = names.map((name) => `${name} is not null`).join(' and ')
  return {
    text: `\
select min(${ROW})::text as first, max(${ROW})::text as last
from ${qualify(KEY_STAGING)}
where ${nullsEqual ? 'true' : present}${partial === null ? '' : ` and (${partial.predicate})`}
group by ${names.join(', ')}
having count(*) > 1
order by min(${ROW})
limit 1`,
    values: [],
  }
}

/**
 * The rows of the files that the table has: number, source key, key there; in the order of the files.
 * Each set of columns that are NULL is a SELECT of its own, so that every one of them compares by `=`,
 * which indexes and hashes serve.
 */
export function matchedRows({ table, businessKey, key, nullsEqual, partial }: RowMatch): string {
  const only = (name: TableName) =>
    partial === null ? qualify(name) : `(select * from ${qualify(name)} where ${partial.predicate})`
  const nullable = nullsEqual ? businessKey.filter(({ isNullable }) => isNullable) : []
  const selects = subsetsOf(nullable).map((nulls) => {
    const conditions = businessKey.map((each) => {
      const name = quoteIdentifier(each.column)
      return nulls.includes(each)
        ? `s.${name} is null and t.${name} is null`
        : `t.${name} = s.${name}`
    })
    const keys = key === null ? '' : `, s.${SOURCE}, t.${quoteIdentifier(key)}::text`
    return `\
select s.${ROW}${keys}
from ${only(KEY_STAGING)} s
join ${only(table)} t on ${conditions.join(' and ')}`
  })
  return `${selects.join('\nunion all\n')}\norder by 1`
}

/** The source keys of the files, in their order. */
export function stagedKeys(): string {
  return `select ${SOURCE} from ${qualify(KEY_STAGING)} order by ${ROW}`
}

/** Every choice of items, the one of none first. */
function subsetsOf<Item>([first, ...others]: readonly Item[]): readonly (readonly Item[])[] {
  if (first === undefined) {
    return [[]]
  }
  const subsets = subsetsOf(others)
  return [...subsets, ...subsets.map((subset) => [first, ...subset])]
}
