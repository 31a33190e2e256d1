import { type PostgresClient, queryRow, type Statement } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'

/** A value in a column of a type, as text. */
export interface ColumnValue {
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  readonly value: string
}

/** Whether a row of the table has this value. */
export async function hasRow(
  client: PostgresClient,
  table: TableName,
  value: ColumnValue,
): Promise<boolean> {
  const { isThere } = await queryRow<{ isThere: boolean }>(client, rowWith(table, value))
  return isThere
}

function rowWith(table: TableName, { column, type, value }: ColumnValue): Statement {
  return {
    text: `\
select exists (
  select from ${qualify(table)} where ${quoteIdentifier(column)} = $1::text::${type}
) as "isThere"`,
    values: [value],
  }
}
