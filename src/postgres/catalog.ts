import { buildColumn, type CatalogColumn, type ColumnRow, columnsOf } from './catalog-column.js'
import {
  buildForeignKey,
  type CatalogForeignKey,
  type ForeignKeyRow,
  foreignKeysOf,
} from './catalog-foreign-key.js'
import { type FunctionRow, functionsOf } from './catalog-function.js'
import { type CatalogTrigger, type TriggerRow, triggersOf } from './catalog-trigger.js'
import { type TypeRow, typesOf } from './catalog-type.js'
import { type PostgresClient, queryRows, type Statement } from './client.js'
import { type TableName, tableKey } from './identifier.js'
import { readServer, type Server } from './server.js'

/** What the database says about the tables of an import: the truth that a plan is made from. */
export interface Catalog extends Server {
  /** By `tableKey`. */
  readonly tables: ReadonlyMap<string, CatalogTable>
}

export interface CatalogTable extends TableName {
  /** `pg_class.relkind`: `r` table, `p` partitioned, `v` view, `m` materialized view, `f` foreign. */
  readonly kind: string
  /** Rows by the statistics; -1 when the table was never analysed. */
  readonly estimatedRows: number
  /** Whether the role may use the schema. */
  readonly isReachable: boolean
  /** Whether the role owns the table, itself or as a member of another. */
  readonly isOwner: boolean
  /** Whether the table has row-level security, whomever it applies to. */
  readonly hasPolicies: boolean
  /** Whether row-level security applies to the role: COPY into the table is refused then. */
  readonly hasRowSecurity: boolean
  /** Whether the role may keep others from inserting: see `lockAgainstInserts`. */
  readonly canLock: boolean
  /** Whether the role may empty the table at once. */
  readonly canTruncate: boolean
  /** Whether the role may read every column, the hidden ones of the system too. */
  readonly canSelect: boolean
  /** Names of the rules that an INSERT of an application would follow, and COPY does not. */
  readonly insertRules: readonly string[]
  /** Tables that inherit from it or that it inherits from, for people. Partitions are none. */
  readonly relatives: readonly string[]
  /** What it is divided into, at every depth; empty unless it is partitioned. */
  readonly partitions: readonly TableName[]
  readonly columns: readonly CatalogColumn[]
  readonly foreignKeys: readonly CatalogForeignKey[]
  /**
   * Functions, as `schema.name`, that defaults, checks, domains and indexes call when a row is
   * inserted. Those that come with PostgreSQL or an extension are left out.
   */
  readonly functions: readonly string[]
  /** What fires when rows are inserted, in the order in which it does. */
  readonly triggers: readonly CatalogTrigger[]
}

/**
 * Reads what is known of these tables, in seven statements however many they are. Tables that do not
 * exist are left out. Reads no user data.
 */
export async function readCatalog(
  client: PostgresClient,
  names: readonly TableName[],
): Promise<Catalog> {
  const server = await readServer(client)
  const rows = await queryRows<TableRow>(client, tablesNamed(names))
  const oids = rows.map(({ oid }) => oid)
  const columns = groupByTable(await queryRows<ColumnRow>(client, columnsOf(oids)))
  const types = await queryRows<TypeRow>(client, typesOf(oids))
  const typesByOid = new Map(types.map((type) => [type.oid, type]))
  const foreignKeys = groupByTable(await queryRows<ForeignKeyRow>(client, foreignKeysOf(oids)))
  const functions = groupByTable(await queryRows<FunctionRow>(client, functionsOf(oids)))
  const triggers = groupByTable(await queryRows<TriggerRow>(client, triggersOf(oids)))
  const tables = rows.map(
    ({ oid, ...table }): CatalogTable => ({
      ...table,
      columns: columns(oid).map((column) => buildColumn(column, typesByOid)),
      foreignKeys: foreignKeys(oid).map(buildForeignKey),
      functions: functions(oid).map(({ name }) => name),
      triggers: triggers(oid).map(({ oid: _, ...trigger }) => trigger),
    }),
  )
  return { ...server, tables: indexTables(tables) }
}

/** Tables as a catalog holds them. */
export function indexTables(tables: readonly CatalogTable[]): Catalog['tables'] {
  return new Map(tables.map((table) => [tableKey(table), table]))
}

/** The table of this name; undefined when the database has none. */
export function findTable({ tables }: Catalog, name: TableName): CatalogTable | undefined {
  return tables.get(tableKey(name))
}

/** The column of this database name; undefined when the table is not there or has none. */
export function findColumn(
  table: CatalogTable | undefined,
  column: string,
): CatalogColumn | undefined {
  return table?.columns.find(({ name }) => name === column)
}

/** The rows of each table, in their order. */
function groupByTable<Row extends { readonly oid: string }>(
  rows: readonly Row[],
): (oid: string) => readonly Row[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.oid)
    if (group === undefined) groups.set(row.oid, [row])
    else group.push(row)
  }
  return (oid) => groups.get(oid) ?? []
}

/** What other statements read. */
type ReadApart = 'columns' | 'foreignKeys' | 'functions' | 'triggers'

interface TableRow extends Omit<CatalogTable, ReadApart> {
  readonly oid: string
}

function tablesNamed(names: readonly TableName[]): Statement {
  return {
    text: `\
select
  c.oid::text as oid,
  n.nspname as schema,
  c.relname as table,
  c.relkind::text as kind,
  case when c.relpages = 0 and current_setting('server_version_num')::int < 140000
    then -1 else c.reltuples end::float8 as "estimatedRows",
  has_schema_privilege(n.oid, 'USAGE') as "isReachable",
  pg_has_role(c.relowner, 'USAGE') as "isOwner",
  c.relrowsecurity as "hasPolicies",
  row_security_active(c.oid) as "hasRowSecurity",
  has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') as "canLock",
  has_table_privilege(c.oid, 'TRUNCATE') as "canTruncate",
  has_table_privilege(c.oid, 'SELECT') and has_schema_privilege(n.oid, 'USAGE') as "canSelect",
  array(
    select r.rulename::text
    from pg_catalog.pg_rewrite r
    where r.ev_class = c.oid and r.ev_type = '3' and r.ev_enabled in ('O', 'A')
    order by 1
  ) as "insertRules",
  array(
    select format('%s.%s', rn.nspname, r.relname)
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class child on child.oid = i.inhrelid and not child.relispartition
    join pg_catalog.pg_class r on r.oid in (i.inhrelid, i.inhparent) and r.oid <> c.oid
    join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
    where c.oid in (i.inhrelid, i.inhparent)
    order by 1
  ) as relatives,
  array(
    select jsonb_build_object('schema', pn.nspname, 'table', p.relname)
    from pg_partition_tree(c.oid) part
    join pg_catalog.pg_class p on p.oid = part.relid and p.oid <> c.oid
    join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
    order by pn.nspname, p.relname
  ) as partitions
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
order by 2, 3`,
    values: [names.map(({ schema }) => schema), names.map(({ table }) => table)],
  }
}
