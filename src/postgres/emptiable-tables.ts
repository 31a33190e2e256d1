import { type PostgresClient, queryRow, type Statement } from './client.js'
import type { TableName } from './identifier.js'

/**
 * Whether TRUNCATE of these tables does, for everyone who could notice, what deleting all of their rows
 * does: nothing listens to a deletion or to TRUNCATE, no other table refers to them, nothing of them is
 * replicated row by row, and the role may do it and sees all rows. Reads no user data.
 */
export async function canEmptyTables(
  client: PostgresClient,
  names: readonly TableName[],
): Promise<boolean> {
  const { can } = await queryRow<{ can: boolean }>(client, emptiable(names))
  return can
}

/** The bits of `tgtype`: 8 delete, 32 TRUNCATE. A partition has triggers of its own. */
function emptiable(names: readonly TableName[]): Statement {
  return {
    text: `\
with asked as (
  select c.oid, c.relnamespace, c.relispartition
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
), part as (
  select oid from asked
  union
  select tree.relid::oid from asked a cross join pg_partition_tree(a.oid) tree
), named as (
  select c.oid, c.relkind, n.nspname, c.relname
  from part
  join pg_catalog.pg_class c using (oid)
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
)
select
  (
    select count(*) = cardinality($1::text[]) and bool_and(
      not relispartition
      and has_schema_privilege(relnamespace, 'USAGE')
      and has_table_privilege(oid, 'SELECT')
      and has_table_privilege(oid, 'TRUNCATE')
      and not row_security_active(oid)
    )
    from asked
  )
  and not exists (select from named where relkind not in ('r', 'p'))
  and not exists (
    select
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class child on child.oid = i.inhrelid and not child.relispartition
    where i.inhparent in (select oid from part) or i.inhrelid in (select oid from part)
  )
  and not exists (
    select
    from pg_catalog.pg_trigger g
    join part on part.oid = g.tgrelid
    where not g.tgisinternal and g.tgtype & 40 <> 0 and g.tgenabled <> 'D'
  )
  and not exists (
    select
    from pg_catalog.pg_rewrite r
    join part on part.oid = r.ev_class
    where r.ev_enabled <> 'D'
  )
  and not exists (
    select
    from pg_catalog.pg_constraint k
    join part on part.oid = k.confrelid
    where k.contype = 'f' and k.conrelid not in (select oid from part)
  )
  and not exists (
    select
    from pg_catalog.pg_publication_tables p
    join named on named.nspname = p.schemaname and named.relname = p.tablename
  )
  and not exists (
    select
    from pg_catalog.pg_replication_slots s
    where s.slot_type = 'logical' and s.database = current_database()
  ) as can`,
    values: [names.map(({ schema }) => schema), names.map(({ table }) => table)],
  }
}
