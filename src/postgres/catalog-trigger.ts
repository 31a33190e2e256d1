import { type PostgresClient, queryRows, type Statement } from './client.js'
import { type TableName, tableKey } from './identifier.js'

/** A trigger that fires when rows are inserted. */
export interface CatalogTrigger {
  readonly name: string
  readonly timing: 'before' | 'after' | 'instead of'
  readonly level: 'row' | 'statement'
  /** `schema.name`, for people. */
  readonly function: string
}

/** A trigger as the statement gives it. */
export interface TriggerRow extends CatalogTrigger {
  /** Of the table. */
  readonly oid: string
}

/** What fires in this session when rows go into these tables, by their `tableKey`. */
export async function readTriggers(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<ReadonlyMap<string, readonly CatalogTrigger[]>> {
  const named = await queryRows<TableName & { readonly oid: string }>(client, {
    text: `\
select c.oid::text as oid, n.nspname as schema, c.relname as table
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))`,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  })
  const triggers = await queryRows<TriggerRow>(client, triggersOf(named.map(({ oid }) => oid)))
  return new Map(
    named.map((table) => [
      tableKey(table),
      triggers.flatMap(({ oid, ...trigger }) => (oid === table.oid ? [trigger] : [])),
    ]),
  )
}

/**
 * Those that are enabled for the session, in the order in which they fire. PostgreSQL's own triggers
 * for foreign keys and deferrable constraints are none of them. Rows that go through a partitioned
 * table meet the row triggers of its partitions, but not their statement triggers.
 *
 * The bits of `tgtype`: 1 row, 2 before, 4 insert, 64 instead of.
 */
export function triggersOf(oids: readonly string[]): Statement {
  return {
    text: `\
select
  t.oid::text as oid,
  g.tgname as name,
  case when g.tgtype & 64 <> 0 then 'instead of' when g.tgtype & 2 <> 0 then 'before' else 'after' end
    as timing,
  case when g.tgtype & 1 <> 0 then 'row' else 'statement' end as level,
  format('%s.%s', n.nspname, p.proname) as function
from unnest($1::oid[]) t(oid)
cross join lateral (
  select t.oid as relid
  union
  select relid::oid from pg_partition_tree(t.oid)
) part
join pg_catalog.pg_trigger g on g.tgrelid = part.relid
join pg_catalog.pg_proc p on p.oid = g.tgfoid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_constraint k on k.oid = g.tgconstraint
where coalesce(k.contype, 't') = 't'
  and g.tgtype & 4 <> 0
  and (g.tgrelid = t.oid or (g.tgtype & 1 <> 0 and g.tgparentid = 0))
  and g.tgenabled in (
    'A', case current_setting('session_replication_role') when 'replica' then 'R' else 'O' end
  )
order by
  t.oid,
  g.tgtype & 2 = 0,
  case when g.tgtype & 2 = 0 then g.tgtype & 1 = 0 else g.tgtype & 1 <> 0 end,
  g.tgname`,
    values: [oids],
  }
}
