import type { Statement } from './client.js'

/** What the values of a column are in the end: domains resolved, arrays taken to their elements. */
export interface ColumnType {
  /** Name in `pg_type`, such as `int4`, `varchar` or that of an enum. */
  readonly name: string
  readonly isArray: boolean
  /** `atttypmod` of the column or of the domain that sets it, such as a length; -1 when there is none. */
  readonly modifier: number
  /** Labels of an enum in their order; null for other types. */
  readonly labels: readonly string[] | null
}

/** A type as the statement gives it. */
export interface TypeRow {
  readonly oid: string
  readonly name: string
  /** The type that a domain is made of, with its modifier; null for other types. */
  readonly base: string | null
  readonly modifier: number
  /** The type of the elements of an array; null for other types. */
  readonly element: string | null
  readonly isNotNull: boolean
  readonly hasDefault: boolean
  readonly labels: readonly string[] | null
}

/** What a column gets from its type. */
export interface ResolvedType extends ColumnType {
  /** Whether a domain refuses NULL. */
  readonly isNotNull: boolean
  /** Whether a domain has a default. */
  readonly hasDefault: boolean
}

/**
 * The types of all columns of some tables, and the types that these are made of. The element of a
 * true array is told by its length: `point` has an element too, but is none.
 */
export function typesOf(oids: readonly string[]): Statement {
  return {
    text: `\
with recursive used as (
  select distinct a.atttypid as oid
  from pg_catalog.pg_attribute a
  where a.attrelid = any ($1::oid[])
    and a.attnum > 0
    and not a.attisdropped
  union
  select case t.typtype when 'd' then t.typbasetype else t.typelem end
  from used
  join pg_catalog.pg_type t on t.oid = used.oid
  where t.typtype = 'd'
    or (t.typelem <> 0 and t.typlen = -1)
)
select
  t.oid::text as oid,
  t.typname as name,
  case when t.typtype = 'd' then t.typbasetype::text end as base,
  t.typtypmod as modifier,
  case when t.typtype <> 'd' and t.typelem <> 0 and t.typlen = -1 then t.typelem::text end as element,
  t.typnotnull as "isNotNull",
  t.typdefault is not null as "hasDefault",
  case when t.typtype = 'e' then array(
    select e.enumlabel::text
    from pg_catalog.pg_enum e
    where e.enumtypid = t.oid
    order by e.enumsortorder
  ) end as labels
from used
join pg_catalog.pg_type t on t.oid = used.oid`,
    values: [oids],
  }
}

/** Follows domains to what they are made of and arrays to their elements. */
export function resolveType(
  oid: string,
  modifier: number,
  types: ReadonlyMap<string, TypeRow>,
): ResolvedType {
  const type = types.get(oid) as TypeRow
  if (type.base !== null) {
    // What a domain is made of has its modifier: a column of a domain has none of its own.
    const base = resolveType(type.base, type.modifier, types)
    return {
      ...base,
      isNotNull: type.isNotNull || base.isNotNull,
      hasDefault: type.hasDefault || base.hasDefault,
    }
  }
  if (type.element !== null) {
    // NULL and defaults are matters of the array, not of its elements.
    const { name, labels, modifier: own } = resolveType(type.element, modifier, types)
    return { name, labels, modifier: own, isArray: true, isNotNull: false, hasDefault: false }
  }
  const { name, labels } = type
  return { name, labels, modifier, isArray: false, isNotNull: false, hasDefault: false }
}
