import { type PostgresClient, queryRows } from './client.js'
import { type TableName, tableKey } from './identifier.js'

/**
 * How often the transaction has written a row of a table, whoever made it do so: a trigger, a rule and a
 * foreign key count, and so does what a savepoint has undone. Zero where the server does not count.
 */
export interface TransactionWrites {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  /** Whether the role sees all rows of the table. */
  readonly canSeeAll: boolean
}

/** Asks for it by the `tableKey` of each table that exists. Reads no user data. */
export async function readTransactionWrites(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<ReadonlyMap<string, TransactionWrites>> {
  const rows = await queryRows<TableName & TransactionWrites>(client, {
    text: `\
select
  n.nspname as schema,
  c.relname as table,
  sum(pg_stat_get_xact_tuples_inserted(part.relid))::float8 as inserted,
  sum(pg_stat_get_xact_tuples_updated(part.relid))::float8 as updated,
  sum(pg_stat_get_xact_tuples_deleted(part.relid))::float8 as deleted,
  has_table_privilege(c.oid, 'SELECT') and not row_security_active(c.oid) as "canSeeAll"
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select c.oid as relid
  union
  select relid::oid from pg_partition_tree(c.oid)
) part
where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
group by n.nspname, c.relname, c.oid`,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  })
  return new Map(rows.map((row) => [tableKey(row), row]))
}
