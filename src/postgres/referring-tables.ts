import { type PostgresClient, queryRows, type Statement } from './client.js'
import type { TableName } from './identifier.js'

/** A table with a foreign key that points at one of some others, and is none of these. */
export interface ReferringTable extends TableName {
  /** The one that it points at. */
  readonly target: TableName
}

/** Reads the tables that would be in the way of a TRUNCATE of these, by their names. */
export function readReferringTables(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<readonly ReferringTable[]> {
  return queryRows<ReferringTable>(client, referringTo(tables))
}

/** Partitions refer with the table that they are of, and are referred to with it. */
function referringTo(tables: readonly TableName[]): Statement {
  return {
    text: `\
with emptied as (
  select c.oid
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
)
select distinct
  n.nspname as schema,
  c.relname as table,
  jsonb_build_object('schema', tn.nspname, 'table', t.relname) as target
from pg_catalog.pg_constraint f
join pg_catalog.pg_class c on c.oid = f.conrelid and not c.relispartition
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class t on t.oid = f.confrelid and not t.relispartition
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where f.contype = 'f'
  and t.oid in (select oid from emptied)
  and c.oid not in (select oid from emptied)
order by 1, 2, 3`,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  }
}
