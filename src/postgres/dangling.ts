import { type PostgresClient, queryRow, type Statement } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'

/** References whose first column lies in a range. */
export interface ReferenceRange {
  readonly from: TableName
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  /** The column that the range is of: one of `columns`. */
  readonly column: string
  readonly range: { readonly from: bigint; readonly to: bigint }
}

/** How many rows refer to a row that is not there. A reference with a NULL in it refers to nothing. */
export async function countDangling(
  client: PostgresClient,
  reference: ReferenceRange,
): Promise<number> {
  const { count } = await queryRow<{ count: string }>(client, danglingRows(reference))
  return Number(count)
}

export function danglingRows(reference: ReferenceRange): Statement {
  const columns = reference.columns.map((name) => `c.${quoteIdentifier(name)}`)
  const targets = reference.targetColumns.map((name) => `p.${quoteIdentifier(name)}`)
  const pairs = columns.map((column, index) => `${targets[index]} = ${column}`)
  return {
    text: `\
select count(*)::text as count
from ${qualify(reference.from)} c
where c.${quoteIdentifier(reference.column)} between $1::bigint and $2::bigint
  and ${columns.map((column) => `${column} is not null`).join(' and ')}
  and not exists (select from ${qualify(reference.target)} p where ${pairs.join(' and ')})`,
    values: [String(reference.range.from), String(reference.range.to)],
  }
}
