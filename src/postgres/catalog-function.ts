import type { Statement } from './client.js'

/** A function that is called when rows are inserted, as the statement gives it. */
export interface FunctionRow {
  /** Of the table. */
  readonly oid: string
  /** `schema.name`. */
  readonly name: string
}

/**
 * The functions that defaults, checks, domains and indexes of tables call, each once a table. Those
 * that come with PostgreSQL or an extension are left out.
 */
export function functionsOf(oids: readonly string[]): Statement {
  return {
    text: `\
with caller as (
  select e.adrelid as relid, 'pg_attrdef'::regclass as classid, e.oid
  from pg_catalog.pg_attrdef e
  where e.adrelid = any ($1::oid[])
  union all
  select i.indrelid, 'pg_class'::regclass, i.indexrelid
  from pg_catalog.pg_index i
  where i.indrelid = any ($1::oid[])
  union all
  select k.conrelid, 'pg_constraint'::regclass, k.oid
  from pg_catalog.pg_constraint k
  where k.conrelid = any ($1::oid[])
  union all
  select a.attrelid, 'pg_constraint'::regclass, k.oid
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_constraint k on k.contypid = a.atttypid
  where a.attrelid = any ($1::oid[])
    and a.attnum > 0
    and not a.attisdropped
)
select distinct c.relid::text as oid, format('%s.%s', n.nspname, f.proname) as name
from caller c
join pg_catalog.pg_depend d on d.classid = c.classid and d.objid = c.oid
join pg_catalog.pg_proc f on d.refclassid = 'pg_proc'::regclass and f.oid = d.refobjid
join pg_catalog.pg_namespace n on n.oid = f.pronamespace
left join pg_catalog.pg_depend e
  on e.classid = 'pg_proc'::regclass and e.objid = f.oid and e.deptype = 'e'
where e.objid is null
order by 1, 2`,
    values: [oids],
  }
}
