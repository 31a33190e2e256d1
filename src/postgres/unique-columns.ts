import { type PostgresClient, queryRows, type Statement } from './client.js'
import { qualify, type TableName } from './identifier.js'

/** A primary key or a unique that holds for all rows of a table. */
export interface UniqueColumns {
  /** In the order of the index. */
  readonly columns: readonly string[]
  readonly isPrimaryKey: boolean
  /** NULLS NOT DISTINCT. */
  readonly nullsEqual: boolean
}

/**
 * The primary key first, then the others by the names of their indexes. Those for some rows only or
 * of expressions are left out, and those of text that is compared by more than its bytes.
 */
export function readUniqueColumns(
  client: PostgresClient,
  table: TableName,
): Promise<UniqueColumns[]> {
  return queryRows<UniqueColumns>(client, uniqueColumnsOf(table))
}

function uniqueColumnsOf(table: TableName): Statement {
  return {
    text: `\
select
  array(
    select a.attname::text
    from unnest(string_to_array(i.indkey::text, ' ')::int2[]) with ordinality k (attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts
    order by k.place
  ) as columns,
  i.indisprimary as "isPrimaryKey",
  coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as "nullsEqual"
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
where i.indrelid = to_regclass($1)
  and i.indisunique
  and i.indpred is null
  and i.indexprs is null
  and not exists (
    select
    from pg_catalog.pg_collation l
    where l.oid = any (i.indcollation)
      and not coalesce((to_jsonb(l) ->> 'collisdeterministic')::boolean, true)
  )
order by i.indisprimary desc, c.relname`,
    values: [qualify(table)],
  }
}
