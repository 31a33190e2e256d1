import { type PostgresClient, queryRow, type Statement } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'

/** References of the rows of an import. */
export interface ImportedReference {
  readonly from: TableName
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  /** Rows whose `column` lies in this range; null for those that this transaction wrote. */
  readonly range: { readonly column: string; readonly from: bigint; readonly to: bigint } | null
}

/** How many rows refer to a row that is not there. A reference with a NULL in it refers to nothing. */
export async function countDangling(
  client: PostgresClient,
  reference: ImportedReference,
): Promise<number> {
  const { count } = await queryRow<{ count: string }>(client, danglingRows(reference))
  return Number(count)
}

/** A row names the transaction that wrote it in `xmin`. No index has it: the whole table is read. */
export function danglingRows(reference: ImportedReference): Statement {
  const columns = reference.columns.map((name) => `c.${quoteIdentifier(name)}`)
  const targets = reference.targetColumns.map((name) => `p.${quoteIdentifier(name)}`)
  const pairs = columns.map((column, index) => `${targets[index]} = ${column}`)
  const { range } = reference
  const isOfImport =
    range === null
      ? 'c.xmin = pg_current_xact_id()::xid'
      : `c.${quoteIdentifier(range.column)} between $1::bigint and $2::bigint`
  return {
    text: `\
select count(*)::text as count
from ${qualify(reference.from)} c
where ${isOfImport}
  and ${columns.map((column) => `${column} is not null`).join(' and ')}
  and not exists (select from ${qualify(reference.target)} p where ${pairs.join(' and ')})`,
    values: range === null ? [] : [String(range.from), String(range.to)],
  }
}
