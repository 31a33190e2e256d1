import { type ColumnType, resolveType, type TypeRow } from './catalog-type.js'
import type { Statement } from './client.js'
import type { Sequence } from './sequence.js'

/** A column as it is, and what the role may do with it. */
export interface CatalogColumn {
  readonly name: string
  /** As declared, such as `character varying(120)`. */
  readonly type: string
  /** What its values are in the end. */
  readonly valueType: ColumnType
  /** Highest value when the type is an integer, or a domain over one; else null. */
  readonly highest: bigint | null
  readonly isNotNull: boolean
  /** Whether the database makes a value when the column is left out: default or identity. */
  readonly hasDefault: boolean
  readonly isIdentity: boolean
  /** GENERATED ALWAYS: takes values only from an INSERT that says OVERRIDING SYSTEM VALUE. */
  readonly isAlwaysIdentity: boolean
  /** Computed from other columns: may not be written. */
  readonly isGenerated: boolean
  readonly canInsert: boolean
  readonly canSelect: boolean
  readonly canUpdate: boolean
  /** Whether the role was granted SELECT, though it may not reach the schema. */
  readonly isSelectGranted: boolean
  /** The sequence whose values are those of the column, by default or identity; null if none is. */
  readonly sequence: Sequence | null
  /** What the role lacks USAGE on to draw from the sequence, ready for `grant usage on …`. */
  readonly sequenceLacks: readonly string[]
}

/** A column as the statement gives it. */
export interface ColumnRow extends Omit<CatalogColumn, 'valueType' | 'highest' | 'sequence'> {
  /** Of the table. */
  readonly oid: string
  readonly typeOid: string
  readonly modifier: number
  readonly sequence: string | null
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly isUsable: boolean
  readonly isReadable: boolean
}

/** A default that is the next value of a sequence and nothing else, as PostgreSQL shows it. */
const PLAIN_NEXTVAL = "^\\(?nextval\\('([^']|'')+'::regclass\\)\\)?(::[a-z]+)?$"

/**
 * The sequence is that of the identity, else the one of the default, else one that the column owns: a
 * SERIAL that became an identity may still own the sequence it had before. A default that makes
 * something else of the sequence's values (`'INV-' || nextval(…)`) does not count: they are not those
 * of the column.
 */
export function columnsOf(oids: readonly string[]): Statement {
  return {
    text: `\
with candidate as (
  select d.refobjid as relid, d.refobjsubid as attnum, d.objid as oid,
    case d.deptype when 'i' then 0 else 2 end as preference
  from pg_catalog.pg_depend d
  where d.classid = 'pg_class'::regclass
    and d.refclassid = 'pg_class'::regclass
    and d.refobjid = any ($1::oid[])
    and d.deptype in ('a', 'i')
  union all
  select e.adrelid, e.adnum, d.refobjid, 1
  from pg_catalog.pg_attrdef e
  join pg_catalog.pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = e.oid
  where e.adrelid = any ($1::oid[])
    and d.refclassid = 'pg_class'::regclass
    and d.deptype = 'n'
), source as (
  select distinct on (n.relid, n.attnum) n.relid, n.attnum, q.*
  from candidate n
  join pg_catalog.pg_sequence q on q.seqrelid = n.oid
  left join pg_catalog.pg_attrdef e on e.adrelid = n.relid and e.adnum = n.attnum
  where e.oid is null or pg_get_expr(e.adbin, e.adrelid) ~ $2
  order by n.relid, n.attnum, n.preference
)
select
  a.attrelid::text as oid,
  a.attname as name,
  format_type(a.atttypid, a.atttypmod) as type,
  a.atttypid::text as "typeOid",
  a.atttypmod as modifier,
  a.attnotnull as "isNotNull",
  (a.atthasdef and a.attgenerated = '') or a.attidentity <> '' as "hasDefault",
  a.attidentity <> '' as "isIdentity",
  a.attidentity = 'a' as "isAlwaysIdentity",
  a.attgenerated <> '' as "isGenerated",
  has_column_privilege(a.attrelid, a.attnum, 'INSERT') as "canInsert",
  has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    and has_schema_privilege(c.relnamespace, 'USAGE') as "canSelect",
  has_column_privilege(a.attrelid, a.attnum, 'UPDATE') as "canUpdate",
  has_column_privilege(a.attrelid, a.attnum, 'SELECT') as "isSelectGranted",
  case when s.oid is not null then format('%I.%I', sn.nspname, s.relname) end as sequence,
  q.seqincrement::text as increment,
  q.seqmin::text as min,
  q.seqmax::text as max,
  has_sequence_privilege(s.oid, 'USAGE')
    and has_schema_privilege(sn.oid, 'USAGE') as "isUsable",
  has_sequence_privilege(s.oid, 'SELECT')
    and has_schema_privilege(sn.oid, 'USAGE') as "isReadable",
  array_remove(array[
    case when not has_schema_privilege(sn.oid, 'USAGE')
      then 'schema "' || replace(sn.nspname, '"', '""') || '"' end,
    case when not has_sequence_privilege(s.oid, 'USAGE')
      then format('sequence %I.%I', sn.nspname, s.relname) end
  ], null) as "sequenceLacks"
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
left join source q on q.relid = a.attrelid and q.attnum = a.attnum
left join pg_catalog.pg_class s on s.oid = q.seqrelid
left join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
where a.attrelid = any ($1::oid[])
  and a.attnum > 0
  and not a.attisdropped
order by a.attrelid, a.attnum`,
    values: [oids, PLAIN_NEXTVAL],
  }
}

/** @param types By oid. */
export function buildColumn(
  { oid: _, typeOid, modifier, ...row }: ColumnRow,
  types: ReadonlyMap<string, TypeRow>,
): CatalogColumn {
  const { sequence, increment, min, max, isUsable, isReadable, sequenceLacks, ...column } = row
  const { isNotNull, hasDefault, ...valueType } = resolveType(typeOid, modifier, types)
  const highest = valueType.isArray ? undefined : HIGHEST.get(valueType.name)
  return {
    ...column,
    valueType,
    highest: highest ?? null,
    isNotNull: column.isNotNull || isNotNull,
    hasDefault: column.hasDefault || hasDefault,
    sequence:
      sequence !== null && highest !== undefined
        ? {
            name: sequence,
            increment: BigInt(increment),
            min: BigInt(min),
            max: BigInt(max),
            isUsable,
            isReadable,
          }
        : null,
    sequenceLacks: highest === undefined ? [] : sequenceLacks,
  }
}

/** The highest value of each integer type. */
const HIGHEST: ReadonlyMap<string, bigint> = new Map([
  ['int2', 2n ** 15n - 1n],
  ['int4', 2n ** 31n - 1n],
  ['int8', 2n ** 63n - 1n],
])
