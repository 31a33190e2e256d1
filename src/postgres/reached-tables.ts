import { type PostgresClient, queryRows, type Statement } from './client.js'
import type { TableName } from './identifier.js'

/** What a deletion from some tables can reach by foreign keys, directly and onwards. */
export interface ReachedTables {
  /** The tables asked for, as far as they exist, and all that refer to them in the end. */
  readonly tables: readonly ReachedTable[]
  /** The foreign keys that point at one of these. */
  readonly references: readonly ReachingReference[]
}

/** A table, what tells its rows apart and what the role may do with them. */
export interface ReachedTable extends TableName {
  /** `pg_class.relkind`. */
  readonly kind: string
  /** Rows by the statistics; -1 when the table was never analysed. */
  readonly estimatedRows: number
  /** Of its rows on disk, partitions included. */
  readonly bytes: number
  /** Columns of the primary key in its order; empty when there is none. */
  readonly primaryKey: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Whether the role may use the schema. */
  readonly isReachable: boolean
  readonly canSelect: boolean
  readonly canDelete: boolean
  /** Whether the role may lock and change rows. */
  readonly canUpdate: boolean
  /** Whether row-level security applies to the role: it may hide rows. */
  readonly hasRowSecurity: boolean
  /** Names of the triggers of applications that fire when rows are deleted. */
  readonly deleteTriggers: readonly string[]
}

/** What PostgreSQL does with the rows that refer to one that is deleted. */
export type DeleteAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

/** A foreign key, from the table whose rows refer to the one whose rows are referred to. */
export interface ReachingReference {
  readonly name: string
  readonly from: TableName
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  readonly onDelete: DeleteAction
  /** Not so for NOT ENFORCED of PostgreSQL 18. */
  readonly isEnforced: boolean
  /** Whether PostgreSQL can look the referring rows up in an index. */
  readonly isIndexed: boolean
  /** Whether that index can be made while others write. Not where the table is partitioned. */
  readonly canIndexConcurrently: boolean
}

/** Reads it in two statements. Partitions count as the table that they are of. Reads no user data. */
export async function readReachedTables(
  client: PostgresClient,
  names: readonly TableName[],
): Promise<ReachedTables> {
  const tables = await queryRows<ReachedTable>(client, tablesReachedFrom(names))
  const references = await queryRows<ReachingReference>(client, referencesReaching(names))
  return { tables, references }
}

/**
 * What refers to a partition or to the table that it is of, refers to both. A foreign key has a row of
 * its own for each partition on either side; the declared one has no parent.
 */
const REACHED = `\
with recursive reached(oid) as (
  select c.oid
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
  union
  select coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid)
  from reached r
  cross join lateral (
    select r.oid as relid
    union
    select relid::oid from pg_partition_tree(r.oid)
    union
    select relid::oid from pg_partition_ancestors(r.oid)
  ) kin
  join pg_catalog.pg_constraint k
    on k.confrelid = kin.relid and k.contype = 'f' and k.conparentid = 0
)`

/** The bits of `tgtype`: 8 delete. */
function tablesReachedFrom(names: readonly TableName[]): Statement {
  return {
    text: `\
${REACHED}
select
  n.nspname as schema,
  c.relname as table,
  c.relkind as kind,
  case when c.relpages = 0 and current_setting('server_version_num')::int < 140000
    then -1 else c.reltuples end::float8 as "estimatedRows",
  (
    select coalesce(sum(pg_relation_size(part.relid)), 0)
    from (
      select c.oid as relid
      union
      select relid::oid from pg_partition_tree(c.oid)
    ) part
  )::float8 as bytes,
  array(
    select a.attname::text
    from pg_catalog.pg_index i
    cross join unnest(string_to_array(i.indkey::text, ' ')::int2[])
      with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.attnum
    where i.indrelid = c.oid and i.indisprimary and part.place <= i.indnkeyatts
    order by part.place
  ) as "primaryKey",
  array(
    select jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    order by a.attnum
  ) as columns,
  has_schema_privilege(n.oid, 'USAGE') as "isReachable",
  has_table_privilege(c.oid, 'SELECT') as "canSelect",
  has_table_privilege(c.oid, 'DELETE') as "canDelete",
  has_any_column_privilege(c.oid, 'UPDATE') as "canUpdate",
  row_security_active(c.oid) as "hasRowSecurity",
  array(
    select g.tgname::text
    from pg_catalog.pg_trigger g
    where g.tgrelid = c.oid and not g.tgisinternal and g.tgtype & 8 <> 0 and g.tgenabled in ('O', 'A')
    order by 1
  ) as "deleteTriggers"
from reached r
join pg_catalog.pg_class c on c.oid = r.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by n.nspname collate "C", c.relname collate "C"`,
    values: valuesOf(names),
  }
}

/** `conenforced` exists from PostgreSQL 18 on; by way of JSON its absence is no error. */
function referencesReaching(names: readonly TableName[]): Statement {
  return {
    text: `\
${REACHED}
select
  k.conname as name,
  jsonb_build_object('schema', fn.nspname, 'table', f.relname) as from,
  ${columnsOf('k.conrelid', 'k.conkey')} as columns,
  jsonb_build_object('schema', tn.nspname, 'table', t.relname) as target,
  ${columnsOf('k.confrelid', 'k.confkey')} as "targetColumns",
  case k.confdeltype
    when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
    when 'n' then 'set null' else 'set default'
  end as "onDelete",
  coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) as "isEnforced",
  exists (
    select
    from pg_catalog.pg_index i
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = x.relam and m.amname in ('btree', 'hash')
    where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
      and i.indnkeyatts >= cardinality(k.conkey)
      and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey
  ) as "isIndexed",
  owner.relkind <> 'p' as "canIndexConcurrently"
from reached r
cross join lateral (
  select r.oid as relid
  union
  select relid::oid from pg_partition_tree(r.oid)
  union
  select relid::oid from pg_partition_ancestors(r.oid)
) kin
join pg_catalog.pg_constraint k
  on k.confrelid = kin.relid and k.contype = 'f' and k.conparentid = 0
join pg_catalog.pg_class owner on owner.oid = k.conrelid
join pg_catalog.pg_class f on f.oid = coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid)
join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
join pg_catalog.pg_class t on t.oid = r.oid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
order by
  fn.nspname collate "C", f.relname collate "C", k.conname collate "C",
  tn.nspname collate "C", t.relname collate "C"`,
    values: valuesOf(names),
  }
}

function columnsOf(table: string, numbers: string): string {
  return `array(
    select a.attname::text
    from unnest(${numbers}) with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = ${table} and a.attnum = part.attnum
    order by part.place
  )`
}

function valuesOf(names: readonly TableName[]): Statement['values'] {
  return [names.map(({ schema }) => schema), names.map(({ table }) => table)]
}
