import { type PostgresClient, queryRow, type Statement } from './client.js'
import { qualify, type TableName } from './identifier.js'

/**
 * Whether the table has a unique of exactly these columns to which one NULL is like another: NULLS NOT
 * DISTINCT, which PostgreSQL has from 15 on. One for some of the rows only does not count.
 */
export async function readNullsEqual(
  client: PostgresClient,
  table: TableName,
  columns: readonly string[],
): Promise<boolean> {
  const { isEqual } = await queryRow<{ isEqual: boolean }>(client, nullsEqualIn(table, columns))
  return isEqual
}

function nullsEqualIn(table: TableName, columns: readonly string[]): Statement {
  return {
    text: `\
select exists (
  select
  from pg_catalog.pg_index i
  where i.indrelid = $1::regclass
    and i.indisunique
    and i.indpred is null
    and coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
    and i.indnkeyatts = cardinality($2::text[])
    and $2::text[] <@ array(
      select a.attname::text
      from pg_catalog.pg_attribute a
      where a.attrelid = i.indrelid
        and a.attnum = any (string_to_array(i.indkey::text, ' ')::int2[])
    )
) as "isEqual"`,
    values: [qualify(table), columns],
  }
}
