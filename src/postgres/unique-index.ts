import { type PostgresClient, queryRows, type Statement } from './client.js'
import type { TableName } from './identifier.js'

/** What keeps values of columns apart. Those of expressions are not told: no file has them. */
export interface UniqueIndex extends TableName {
  readonly name: string
  /** Database names, in the order of the index. */
  readonly columns: readonly string[]
  /** SQL that is true of the rows that it is about, with unqualified names; null for all rows. */
  readonly predicate: string | null
  /** What the index looks at, where it has a predicate: `columns` and those of the predicate. */
  readonly usedColumns: readonly string[]
  /** Whether a NULL equals another: NULLS NOT DISTINCT, which PostgreSQL has from 15 on. */
  readonly nullsEqual: boolean
  /** Whether it may be checked later: ON CONFLICT does not take such a one. */
  readonly isDeferrable: boolean
}

/** Reads the unique indexes of tables, by their names. */
export function readUniqueIndexes(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<readonly UniqueIndex[]> {
  return queryRows<UniqueIndex>(client, uniqueIndexesOf(tables))
}

function uniqueIndexesOf(tables: readonly TableName[]): Statement {
  return {
    text: `\
select
  n.nspname as schema,
  c.relname as table,
  x.relname as name,
  array(
    select a.attname::text
    from unnest(string_to_array(i.indkey::text, ' ')::int2[]) with ordinality k(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts
    order by k.place
  ) as columns,
  pg_get_expr(i.indpred, i.indrelid) as predicate,
  array(
    select distinct a.attname::text
    from pg_catalog.pg_depend d
    join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where i.indpred is not null
      and d.classid = 'pg_class'::regclass
      and d.objid = i.indexrelid
      and d.refclassid = 'pg_class'::regclass
      and d.refobjid = i.indrelid
    order by 1
  ) as "usedColumns",
  coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as "nullsEqual",
  not i.indimmediate as "isDeferrable"
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where i.indisunique
  and i.indisvalid
  and not i.indisexclusion
  and i.indexprs is null
  and (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
order by 1, 2, 3`,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  }
}
