import type { Statement } from './client.js'
import type { TableName } from './identifier.js'

/** Each gives the rows of an array of `Structure`. */
export function tablesOf(tables: readonly TableName[]): Statement {
  return {
    text: `\
select
  n.nspname as schema,
  t.relname as table,
  t.relreplident::text as "replicaIdentity",
  array(
    select a.attname::text
    from pg_catalog.pg_attribute a
    where a.attrelid = t.oid and a.attnum > 0 and a.attnotnull
    order by a.attnum
  ) as "notNull"
from pg_catalog.pg_class t
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where ${isNamed('n', 't')}
order by n.nspname collate "C", t.relname collate "C"`,
    values: valuesOf(tables),
  }
}

/**
 * A foreign key to a partitioned table has a row for each partition beside the one that was declared,
 * under a name of PostgreSQL's own making: those go and come with it. `conenforced` is in the
 * definition. Its triggers are those of its partitions too: until PostgreSQL 14 there are no others. Most
 * constraints are NOT NULL or CHECK, which have none: they are not looked for.
 */
export function constraintsOf(tables: readonly TableName[]): Statement {
  return {
    text: `\
select
  k.oid::int8::float8 as oid,
  n.nspname as schema,
  t.relname as table,
  k.conname as name,
  k.contype::text as kind,
  pg_get_constraintdef(k.oid) as definition,
  k.condeferrable as "isDeferrable",
  k.condeferred as "isDeferred",
  k.convalidated as "isValidated",
  k.conparentid <> 0 or k.coninhcount > 0 as "isInherited",
  case when i.oid is not null then jsonb_build_object('schema', ind.nspname, 'name', i.relname) end
    as index,
  case when target.oid is not null
    then jsonb_build_object('schema', tn.nspname, 'table', target.relname) end as target,
  case when k.contype in ('c', 'n') then '' else array_to_string(array(
    with recursive part (oid) as (
      select k.oid
      union all
      select p.oid from pg_catalog.pg_constraint p join part on p.conparentid = part.oid
    )
    select distinct g.tgenabled::text
    from pg_catalog.pg_trigger g
    join part on part.oid = g.tgconstraint
    order by 1
  ), '') end as triggers,
  quote_literal(obj_description(k.oid, 'pg_constraint')) as comment,
  ${dependentsOf('pg_constraint', 'k.oid')} as dependents
from pg_catalog.pg_constraint k
join pg_catalog.pg_class t on t.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
left join pg_catalog.pg_class i on i.oid = k.conindid
left join pg_catalog.pg_namespace ind on ind.oid = i.relnamespace
left join pg_catalog.pg_class target on target.oid = k.confrelid
left join pg_catalog.pg_namespace tn on tn.oid = target.relnamespace
left join pg_catalog.pg_constraint declared on declared.oid = k.conparentid
where (${isNamed('n', 't')} or ${isNamed('tn', 'target')})
  and declared.conrelid is distinct from k.conrelid
order by n.nspname collate "C", t.relname collate "C", k.conname collate "C"`,
    values: valuesOf(tables),
  }
}

/** 0 and -1 are told apart from what is not set: that is -1 until PostgreSQL 16, NULL since. */
export function indexesOf(tables: readonly TableName[]): Statement {
  return {
    text: `\
select
  i.oid::int8::float8 as oid,
  n.nspname as schema,
  t.relname as table,
  i.relname as name,
  pg_get_indexdef(i.oid) as definition,
  k.conname as constraint,
  x.indisexclusion as "isExclusion",
  x.indisclustered as "isClustered",
  x.indisreplident as "isReplicaIdentity",
  x.indisvalid and x.indisready and x.indislive as "isValid",
  i.relkind = 'I' or i.relispartition as "isPartitioned",
  s.spcname as tablespace,
  array(
    select jsonb_build_object('column', a.attnum, 'target', a.attstattarget)
    from pg_catalog.pg_attribute a
    where a.attrelid = i.oid and a.attstattarget >= 0
    order by a.attnum
  ) as statistics,
  quote_literal(obj_description(i.oid, 'pg_class')) as comment,
  ${dependentsOf('pg_class', 'i.oid')} as dependents
from pg_catalog.pg_index x
join pg_catalog.pg_class i on i.oid = x.indexrelid
join pg_catalog.pg_class t on t.oid = x.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
left join pg_catalog.pg_constraint k on k.conindid = i.oid and k.contype in ('p', 'u', 'x')
left join pg_catalog.pg_tablespace s on s.oid = i.reltablespace
where ${isNamed('n', 't')}
order by n.nspname collate "C", t.relname collate "C", i.relname collate "C"`,
    values: valuesOf(tables),
  }
}

/**
 * What DROP would refuse for or take along, such as a view that groups by a primary key; and the
 * extension that a part is of. Its own parts and triggers are none, nor are foreign keys.
 */
function dependentsOf(catalog: 'pg_class' | 'pg_constraint', oid: string): string {
  const self = `'pg_catalog.${catalog}'::regclass`
  return `array(
    select pg_describe_object(d.classid, d.objid, d.objsubid)
    from pg_catalog.pg_depend d
    left join pg_catalog.pg_constraint fk
      on d.classid = 'pg_catalog.pg_constraint'::regclass and fk.oid = d.objid and fk.contype = 'f'
    where d.refclassid = ${self} and d.refobjid = ${oid}
      and d.deptype not in ('i', 'a', 'P', 'S') and fk.oid is null
    union all
    select pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
    from pg_catalog.pg_depend d
    where d.classid = ${self} and d.objid = ${oid} and d.deptype in ('e', 'x')
    order by 1
  )`
}

function isNamed(namespace: string, table: string): string {
  return `(${namespace}.nspname, ${table}.relname) in (select * from unnest($1::text[], $2::text[]))`
}

function valuesOf(tables: readonly TableName[]): Statement['values'] {
  return [tables.map(({ schema }) => schema), tables.map(({ table }) => table)]
}
