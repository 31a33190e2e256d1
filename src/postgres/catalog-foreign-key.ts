import type { Statement } from './client.js'
import type { TableName } from './identifier.js'

export interface CatalogForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly target: TableName
  /** The partitioned table that the target is a partition of; else the target. */
  readonly targetRoot: TableName
  readonly targetColumns: readonly string[]
  /**
   * Whether PostgreSQL checks new rows: not where the session is a replica, nor for NOT ENFORCED of
   * PostgreSQL 18.
   */
  readonly isEnforced: boolean
  /** Whether the rows that are there have been checked, too: not for NOT VALID. */
  readonly isValidated: boolean
  /** Whether a row has to have NULL in all of the columns or in none. */
  readonly isMatchFull: boolean
  /** Whether its check can wait until COMMIT, and whether it does so unasked. */
  readonly deferral: 'none' | 'possible' | 'initial'
}

/** A foreign key as the statement gives it. */
export interface ForeignKeyRow
  extends Pick<
    CatalogForeignKey,
    'name' | 'columns' | 'targetColumns' | 'isEnforced' | 'isValidated' | 'isMatchFull' | 'deferral'
  > {
  /** Of the table. */
  readonly oid: string
  readonly targetSchema: string
  readonly targetTable: string
  readonly rootSchema: string
  readonly rootTable: string
}

/**
 * A foreign key to a partitioned table has a row for each partition of the target beside the one that
 * was declared, and one from a partitioned table a row for each of its own partitions: those count
 * only for a partition that is asked for itself. What a partition alone declares is of its root too.
 *
 * CASE, because the planner would look OR up in an index: all constraints there are, for each table.
 *
 * `conenforced` exists from PostgreSQL 18 on; by way of JSON its absence is no error.
 */
export function foreignKeysOf(oids: readonly string[]): Statement {
  return {
    text: `\
select
  t.oid::text as oid,
  k.conname as name,
  array(
    select a.attname::text
    from unnest(k.conkey) with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.attnum
    order by part.place
  ) as columns,
  tn.nspname as "targetSchema",
  target.relname as "targetTable",
  rn.nspname as "rootSchema",
  root.relname as "rootTable",
  array(
    select a.attname::text
    from unnest(k.confkey) with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = part.attnum
    order by part.place
  ) as "targetColumns",
  coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
    and current_setting('session_replication_role') <> 'replica' as "isEnforced",
  k.convalidated as "isValidated",
  k.confmatchtype = 'f' as "isMatchFull",
  case when k.condeferred then 'initial' when k.condeferrable then 'possible' else 'none' end
    as deferral
from unnest($1::oid[]) t(oid)
cross join lateral (
  select t.oid as relid
  union
  select relid::oid from pg_partition_tree(t.oid)
) part
join pg_catalog.pg_constraint k on k.conrelid = part.relid and k.contype = 'f'
left join pg_catalog.pg_constraint declared on declared.oid = k.conparentid
join pg_catalog.pg_class target on target.oid = k.confrelid
join pg_catalog.pg_namespace tn on tn.oid = target.relnamespace
join pg_catalog.pg_class root on root.oid = coalesce(pg_partition_root(k.confrelid)::oid, k.confrelid)
join pg_catalog.pg_namespace rn on rn.oid = root.relnamespace
where case k.conparentid
  when 0 then true
  else k.conrelid = t.oid and declared.conrelid <> k.conrelid
end
order by t.oid, k.conname`,
    values: [oids],
  }
}

export function buildForeignKey(row: ForeignKeyRow): CatalogForeignKey {
  const { name, columns, targetColumns, isEnforced, isValidated, isMatchFull, deferral } = row
  return {
    name,
    columns,
    target: { schema: row.targetSchema, table: row.targetTable },
    targetRoot: { schema: row.rootSchema, table: row.rootTable },
    targetColumns,
    isEnforced,
    isValidated,
    isMatchFull,
    deferral,
  }
}
