import { type PostgresClient, queryRows } from './client.js'
import type { TableName } from './identifier.js'

/** A foreign key, and whether the role can check it without the server's help. */
export interface OwnReference {
  readonly name: string
  readonly from: TableName
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  /**
   * Whether it refers by equal values, and to nothing where one of them is NULL: not MATCH FULL, nor
   * PERIOD of PostgreSQL 18.
   */
  readonly isSimple: boolean
  /** Whether the role sees every row of the table. */
  readonly isReadable: boolean
  /** Whether the role sees every row of the target, and may keep it from being deleted. */
  readonly isTargetLockable: boolean
}

/**
 * The foreign keys of tables that are enforced, in the order of tables and names. One that a partition
 * has from its partitioned table is told only where that is none of the tables.
 *
 * `conenforced` and `conperiod` exist from PostgreSQL 18 on; by way of JSON their absence is no error.
 */
export function readOwnReferences(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<readonly OwnReference[]> {
  return queryRows<OwnReference>(client, {
    text: `\
with named as (
  select c.oid, n.nspname, c.relname
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
)
select
  k.conname as name,
  jsonb_build_object('schema', t.nspname, 'table', t.relname) as from,
  ${columnsOf('k.conrelid', 'k.conkey')} as columns,
  jsonb_build_object('schema', tn.nspname, 'table', target.relname) as target,
  ${columnsOf('k.confrelid', 'k.confkey')} as "targetColumns",
  k.confmatchtype = 's' and not coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false)
    as "isSimple",
  has_table_privilege(t.oid, 'SELECT') and not row_security_active(t.oid) as "isReadable",
  has_schema_privilege(tn.oid, 'USAGE')
    and has_table_privilege(target.oid, 'SELECT')
    and has_any_column_privilege(target.oid, 'UPDATE')
    and not row_security_active(target.oid) as "isTargetLockable"
from named t
join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
join pg_catalog.pg_class target on target.oid = k.confrelid
join pg_catalog.pg_namespace tn on tn.oid = target.relnamespace
left join pg_catalog.pg_constraint declared on declared.oid = k.conparentid
where coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
  and (declared.conrelid is null or declared.conrelid not in (select oid from named))
order by t.nspname collate "C", t.relname collate "C", k.conname collate "C"`,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  })
}

function columnsOf(table: string, numbers: string): string {
  return `array(
    select a.attname::text
    from unnest(${numbers}) with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = ${table} and a.attnum = part.attnum
    order by part.place
  )`
}
