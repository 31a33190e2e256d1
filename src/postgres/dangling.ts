import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'

/** References of the rows of an import. */
export interface ImportedReference {
  readonly from: TableName
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  /** Rows whose `column` lies in this range; null for those that `writers` wrote. */
  readonly range: { readonly column: string; readonly from: bigint; readonly to: bigint } | null
  /**
   * Numbers of transactions, as `xmin` has them.
   * @default this one
   */
  readonly writers?: readonly string[] | null
}

/** How many rows refer to a row that is not there. A reference with a NULL in it refers to nothing. */
export async function countDangling(
  client: PostgresClient,
  reference: ImportedReference,
): Promise<number> {
  const { count } = await queryRow<{ count: string }>(client, danglingRows(reference))
  return Number(count)
}

/** The values by which a row refers to one that is not there, as text; null when all are there. */
export async function findDangling(
  client: PostgresClient,
  reference: ImportedReference,
): Promise<readonly string[] | null> {
  const [row] = await queryRows<{ values: string[] }>(client, firstDangling(reference))
  return row?.values ?? null
}

/** Keeps the rows that are referred to from being deleted by others until COMMIT. */
export async function lockTargets(
  client: PostgresClient,
  reference: ImportedReference,
): Promise<void> {
  await queryRows(client, lockedTargets(reference))
}

/** A row names the transaction that wrote it in `xmin`. No index has it: the whole table is read. */
export function danglingRows(reference: ImportedReference): Statement {
  return {
    text: `\
select count(*)::text as count
${fromDangling(reference)}`,
    values: valuesOf(reference),
  }
}

export function firstDangling(reference: ImportedReference): Statement {
  const values = reference.columns.map((name) => `c.${quoteIdentifier(name)}::text`)
  return {
    text: `\
select array[${values.join(', ')}] as values
${fromDangling(reference)}
limit 1`,
    values: valuesOf(reference),
  }
}

/** Nobody else sees the rows that this transaction wrote. */
export function lockedTargets(reference: ImportedReference): Statement {
  const columns = reference.columns.map((name) => `c.${quoteIdentifier(name)}`)
  const targets = reference.targetColumns.map((name) => `p.${quoteIdentifier(name)}`)
  return {
    text: `\
with locked as materialized (
  select
  from ${qualify(reference.target)} p
  where not ${isOwn('p')}
    and (${targets.join(', ')}) in (
      select ${columns.join(', ')}
      from ${qualify(reference.from)} c
      where ${isOfImport(reference)}
    )
  for key share
)
select count(*) from locked`,
    values: valuesOf(reference),
  }
}

function fromDangling(reference: ImportedReference): string {
  const columns = reference.columns.map((name) => `c.${quoteIdentifier(name)}`)
  const targets = reference.targetColumns.map((name) => `p.${quoteIdentifier(name)}`)
  const pairs = columns.map((column, index) => `${targets[index]} = ${column}`)
  return `\
from ${qualify(reference.from)} c
where ${isOfImport(reference)}
  and ${columns.map((column) => `${column} is not null`).join(' and ')}
  and not exists (select from ${qualify(reference.target)} p where ${pairs.join(' and ')})`
}

function isOfImport({ range, writers = null }: ImportedReference): string {
  if (range !== null) return `c.${quoteIdentifier(range.column)} between $1::bigint and $2::bigint`
  return writers === null ? isOwn('c') : 'c.xmin = any ($1::text[]::xid[])'
}

/**
 * Whether this transaction wrote a row, in a savepoint or not: a savepoint has a number of its own, which
 * comes later and is in progress. Nobody sees rows of others that are.
 */
function isOwn(row: string): string {
  return `\
case
    when ${row}.xmin = pg_current_xact_id()::xid then true
    when age(${row}.xmin) >= age(pg_current_xact_id()::xid) then false
    else pg_xact_status((
      pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(${row}.xmin)
    )::text::xid8) = 'in progress'
  end`
}

function valuesOf({ range, writers = null }: ImportedReference): Statement['values'] {
  if (range !== null) return [String(range.from), String(range.to)]
  return writers === null ? [] : [writers]
}
