import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import type { TableName } from './identifier.js'
import type { Sequence } from './sequence.js'

/** What the database says about the tables of an import: the truth that a plan is made from. */
export interface Catalog {
  /** `server_version_num`, such as 180004. */
  readonly serverVersion: number
  readonly role: string
  readonly tables: readonly CatalogTable[]
}

export interface CatalogTable extends TableName {
  /** `pg_class.relkind`: `r` table, `p` partitioned, `v` view, `m` materialized view, `f` foreign. */
  readonly kind: string
  /** Rows by the statistics; -1 when the table was never analysed. */
  readonly estimatedRows: number
  /** Whether the role may use the schema. */
  readonly isReachable: boolean
  /** Whether row-level security applies to the role: COPY into the table is refused then. */
  readonly hasRowSecurity: boolean
  /** Whether the role may keep others from inserting: see `lockAgainstInserts`. */
  readonly canLock: boolean
  readonly columns: readonly CatalogColumn[]
  readonly foreignKeys: readonly CatalogForeignKey[]
}

export interface CatalogColumn {
  readonly name: string
  /** As declared, such as `character varying(120)`. */
  readonly type: string
  /** Highest value when the type is an integer, or a domain over one; else null. */
  readonly highest: bigint | null
  readonly isNotNull: boolean
  /** Whether the database makes a value when the column is left out: default or identity. */
  readonly hasDefault: boolean
  readonly isIdentity: boolean
  /** Computed from other columns: may not be written. */
  readonly isGenerated: boolean
  readonly canInsert: boolean
  readonly canSelect: boolean
  /** The sequence whose values are those of the column, by default or identity; null if none is. */
  readonly sequence: Sequence | null
}

export interface CatalogForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  /** Whether PostgreSQL checks new rows: false only for NOT ENFORCED of PostgreSQL 18. */
  readonly isEnforced: boolean
}

/** Reads what is known of these tables. Tables that do not exist are left out. Reads no user data. */
export async function readCatalog(
  client: PostgresClient,
  names: readonly TableName[],
): Promise<Catalog> {
  const server = await queryRow<{ version: number; role: string }>(client, SERVER)
  const tables = await queryRows<TableRow>(client, tablesNamed(names))
  const oids = tables.map(({ oid }) => oid)
  const columns = await queryRows<ColumnRow>(client, columnsOf(oids))
  const foreignKeys = await queryRows<ForeignKeyRow>(client, foreignKeysOf(oids))
  return {
    serverVersion: server.version,
    role: server.role,
    tables: tables.map(({ oid, ...table }) => ({
      ...table,
      columns: columns.filter((column) => column.oid === oid).map(buildColumn),
      foreignKeys: foreignKeys
        .filter((key) => key.oid === oid)
        .map(({ oid: _, targetSchema, targetTable, ...key }) => ({
          ...key,
          target: { schema: targetSchema, table: targetTable },
        })),
    })),
  }
}

/** The table of this name; undefined when the database has none. */
export function findTable(
  { tables }: Catalog,
  { schema, table }: TableName,
): CatalogTable | undefined {
  return tables.find((known) => known.schema === schema && known.table === table)
}

/** The column of this database name; undefined when the table is not there or has none. */
export function findColumn(
  table: CatalogTable | undefined,
  column: string,
): CatalogColumn | undefined {
  return table?.columns.find(({ name }) => name === column)
}

const SERVER: Statement = {
  text: `\
select current_setting('server_version_num')::int as version, current_user as role`,
  values: [],
}

interface TableRow extends Omit<CatalogTable, 'columns' | 'foreignKeys'> {
  readonly oid: string
}

function tablesNamed(names: readonly TableName[]): Statement {
  return {
    text: `\
select
  c.oid::text as oid,
  n.nspname as schema,
  c.relname as table,
  c.relkind as kind,
  c.reltuples::float8 as "estimatedRows",
  has_schema_privilege(n.oid, 'USAGE') as "isReachable",
  row_security_active(c.oid) as "hasRowSecurity",
  has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') as "canLock"
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
order by 2, 3`,
    values: [names.map(({ schema }) => schema), names.map(({ table }) => table)],
  }
}

interface ColumnRow {
  readonly oid: string
  readonly name: string
  readonly type: string
  readonly bytes: number | null
  readonly isNotNull: boolean
  readonly hasDefault: boolean
  readonly isIdentity: boolean
  readonly isGenerated: boolean
  readonly canInsert: boolean
  readonly canSelect: boolean
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
 * SERIAL that became an identity may still own the sequence it had before. A default that makes something else of the sequence's values
 * (`'INV-' || nextval(…)`) does not count: they are not those of the column.
 */
function columnsOf(oids: readonly string[]): Statement {
  return {
    text: `\
select
  a.attrelid::text as oid,
  a.attname as name,
  format_type(a.atttypid, a.atttypmod) as type,
  case coalesce(nullif(t.typbasetype, 0), t.oid)
    when 'int2'::regtype then 2 when 'int4'::regtype then 4 when 'int8'::regtype then 8
  end as bytes,
  a.attnotnull as "isNotNull",
  (a.atthasdef and a.attgenerated = '')
    or t.typdefault is not null
    or a.attidentity <> '' as "hasDefault",
  a.attidentity <> '' as "isIdentity",
  a.attgenerated <> '' as "isGenerated",
  has_column_privilege(a.attrelid, a.attnum, 'INSERT') as "canInsert",
  has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    and has_schema_privilege(c.relnamespace, 'USAGE') as "canSelect",
  case when s.oid is not null then format('%I.%I', sn.nspname, s.relname) end as sequence,
  q.seqincrement::text as increment,
  q.seqmin::text as min,
  q.seqmax::text as max,
  has_sequence_privilege(s.oid, 'USAGE')
    and has_schema_privilege(sn.oid, 'USAGE') as "isUsable",
  has_sequence_privilege(s.oid, 'SELECT')
    and has_schema_privilege(sn.oid, 'USAGE') as "isReadable"
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
left join lateral (
  select candidate.oid
  from (
    select d.objid as oid, case d.deptype when 'i' then 0 else 2 end as preference
    from pg_catalog.pg_depend d
    where d.classid = 'pg_class'::regclass
      and d.refclassid = 'pg_class'::regclass
      and d.refobjid = a.attrelid
      and d.refobjsubid = a.attnum
      and d.deptype in ('a', 'i')
    union all
    select d.refobjid, 1
    from pg_catalog.pg_depend d
    where d.classid = 'pg_attrdef'::regclass
      and d.objid = e.oid
      and d.refclassid = 'pg_class'::regclass
      and d.deptype = 'n'
  ) candidate
  join pg_catalog.pg_sequence known on known.seqrelid = candidate.oid
  where e.oid is null or pg_get_expr(e.adbin, e.adrelid) ~ $2
  order by candidate.preference
  limit 1
) source on true
left join pg_catalog.pg_sequence q on q.seqrelid = source.oid
left join pg_catalog.pg_class s on s.oid = q.seqrelid
left join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
where a.attrelid = any ($1::oid[])
  and a.attnum > 0
  and not a.attisdropped
order by a.attrelid, a.attnum`,
    values: [oids, PLAIN_NEXTVAL],
  }
}

function buildColumn({ oid: _, bytes, ...row }: ColumnRow): CatalogColumn {
  const { sequence, increment, min, max, isUsable, isReadable, ...column } = row
  const isNumbered = sequence !== null && bytes !== null
  return {
    ...column,
    highest: bytes === null ? null : 2n ** BigInt(8 * bytes - 1) - 1n,
    sequence: isNumbered
      ? {
          name: sequence,
          increment: BigInt(increment),
          min: BigInt(min),
          max: BigInt(max),
          isUsable,
          isReadable,
        }
      : null,
  }
}

interface ForeignKeyRow extends Omit<CatalogForeignKey, 'target'> {
  readonly oid: string
  readonly targetSchema: string
  readonly targetTable: string
}

/** `conenforced` exists from PostgreSQL 18 on; by way of JSON its absence is no error. */
function foreignKeysOf(oids: readonly string[]): Statement {
  return {
    text: `\
select
  k.conrelid::text as oid,
  k.conname as name,
  array(
    select a.attname::text
    from unnest(k.conkey) with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.attnum
    order by part.place
  ) as columns,
  tn.nspname as "targetSchema",
  t.relname as "targetTable",
  array(
    select a.attname::text
    from unnest(k.confkey) with ordinality part(attnum, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = part.attnum
    order by part.place
  ) as "targetColumns",
  coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) as "isEnforced"
from pg_catalog.pg_constraint k
join pg_catalog.pg_class t on t.oid = k.confrelid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where k.contype = 'f'
  and k.conrelid = any ($1::oid[])
order by k.conrelid, k.conname`,
    values: [oids],
  }
}
