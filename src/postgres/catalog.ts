import { buildColumn, type CatalogColumn, type ColumnRow, columnsOf } from './catalog-column.js'
import { type TypeRow, typesOf } from './catalog-type.js'
import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import { isSameTable, type TableName } from './identifier.js'

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
  const types = await queryRows<TypeRow>(client, typesOf(oids))
  const typesByOid = new Map(types.map((type) => [type.oid, type]))
  const foreignKeys = await queryRows<ForeignKeyRow>(client, foreignKeysOf(oids))
  return {
    serverVersion: server.version,
    role: server.role,
    tables: tables.map(({ oid, ...table }) => ({
      ...table,
      columns: columns
        .filter((column) => column.oid === oid)
        .map((column) => buildColumn(column, typesByOid)),
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
export function findTable({ tables }: Catalog, name: TableName): CatalogTable | undefined {
  return tables.find((table) => isSameTable(table, name))
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
