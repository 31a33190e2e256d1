import type { BusinessKey, BusinessKeyColumn, PartialMatch } from '../plan/prepared-key.js'
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
  /** See `PreparedModel`. */
  readonly fixedKey: readonly BusinessKeyColumn[]
}

/** COPY fills it, which numbers the rows from 0 in the order of the files. */
export function createKeyStaging({
  businessKey,
  key,
  partial,
  fixedKey,
}: Pick<RowMatch, 'key' | 'partial' | 'fixedKey'> & {
  readonly businessKey: readonly BusinessKeyColumn[]
}): Statement {
  const columns = [
    `${ROW} bigint generated always as identity (minvalue 0)`,
    ...(key === null ? [] : [`${SOURCE} text`]),
    ...listStaged({ businessKey, partial, fixedKey }).map(
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

/** The columns that are compared, each once. */
export function listStaged({
  businessKey,
  partial,
  fixedKey,
}: Pick<RowMatch, 'partial' | 'fixedKey'> & {
  readonly businessKey: readonly BusinessKeyColumn[]
}): readonly BusinessKeyColumn[] {
  const columns = [...businessKey, ...(partial?.columns ?? []), ...fixedKey]
  return [...new Map(columns.map((each) => [each.index, each])).values()]
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

/** The rows of the files that the table has: number, source key, key there; in no order. */
export function matchedRows(match: RowMatch): string {
  const { key } = match
  const keys = key === null ? '' : `, s.${SOURCE}, t.${quoteIdentifier(key)}::text`
  const selects = joinRows(match).map((from) => `select s.${ROW}${keys}\n${from}`)
  return selects.join('\nunion all\n')
}

/** The first row of the files that the table has under another key than the fixed one. */
export function movedRows(match: RowMatch): Statement {
  const row = (alias: string) =>
    `row(${match.fixedKey.map(({ column }) => `${alias}.${quoteIdentifier(column)}`).join(', ')})`
  const selects = joinRows(match).map(
    (from) =>
      `select s.${ROW}::text as row\n${from}\nwhere ${row('t')} is distinct from ${row('s')}`,
  )
  return {
    text: `\
select row
from (
${selects.join('\nunion all\n')}
) m
order by row::bigint
limit 1`,
    values: [],
  }
}

/**
 * FROM clauses that join the rows of the files, `s`, with those of the table, `t`. Each set of columns
 * that are NULL has one of its own, so that every one of them compares by `=`, which indexes and hashes
 * serve.
 */
function joinRows({ table, businessKey, nullsEqual, partial }: RowMatch): readonly string[] {
  const only = (name: TableName) =>
    partial === null ? qualify(name) : `(select * from ${qualify(name)} where ${partial.predicate})`
  const nullable = nullsEqual ? businessKey.filter(({ isNullable }) => isNullable) : []
  return subsetsOf(nullable).map((nulls) => {
    const conditions = businessKey.map((each) => {
      const name = quoteIdentifier(each.column)
      return nulls.includes(each)
        ? `s.${name} is null and t.${name} is null`
        : `t.${name} = s.${name}`
    })
    return `from ${only(KEY_STAGING)} s\njoin ${only(table)} t on ${conditions.join(' and ')}`
  })
}

/** The rows of the files, in no order: number, source key. */
export function stagedKeys(): string {
  return `select ${ROW}, ${SOURCE} from ${qualify(KEY_STAGING)}`
}

/** Every choice of items, the one of none first. */
function subsetsOf<Item>([first, ...others]: readonly Item[]): readonly (readonly Item[])[] {
  if (first === undefined) {
    return [[]]
  }
  const subsets = subsetsOf(others)
  return [...subsets, ...subsets.map((subset) => [first, ...subset])]
}
