import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import { qualify, type TableName } from './identifier.js'
import { isServerError } from './postgres-error.js'

/** A table that a change of its structure locks against everyone, and what tells whether it may be. */
export interface LockedTable extends TableName {
  /** Whether the role may change its structure: as its owner, or as a member of that role. */
  readonly isOwned: boolean
  /** Whether the role may make indexes in the schema. */
  readonly canCreate: boolean
  /** Whether the role sees every row. */
  readonly isReadable: boolean
  /** Whether row-level security applies to the role. */
  readonly hasRowSecurity: boolean
  /** With indexes and all. */
  readonly bytes: number
  /** Rows by the statistics; -1 when the table was never analysed. */
  readonly estimatedRows: number
}

/**
 * Reads the tables in order of their names. Those that do not exist are left out. Until PostgreSQL 13
 * a table that was never analysed counts 0 rows and 0 pages.
 */
export function readLockedTables(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<readonly LockedTable[]> {
  return queryRows<LockedTable>(client, {
    text: `\
select
  n.nspname as schema,
  c.relname as table,
  pg_has_role(c.relowner, 'USAGE') as "isOwned",
  has_schema_privilege(n.oid, 'CREATE') as "canCreate",
  has_table_privilege(c.oid, 'SELECT') and not row_security_active(c.oid) as "isReadable",
  row_security_active(c.oid) as "hasRowSecurity",
  coalesce((
    select sum(pg_total_relation_size(part.relid))
    from (select c.oid as relid union select relid::oid from pg_partition_tree(c.oid)) part
  ), 0)::float8 as bytes,
  case when c.relpages = 0 and current_setting('server_version_num')::int < 140000
    then -1 else c.reltuples end::float8 as "estimatedRows"
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))
order by n.nspname collate "C", c.relname collate "C"`,
    values: [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  })
}

/** The first of these tables that holds a row, by one statement; null when all are empty. */
export async function findFilledTable<Table extends TableName>(
  client: PostgresClient,
  tables: readonly Table[],
): Promise<Table | null> {
  if (tables.length === 0) {
    return null
  }
  const { place } = await queryRow<{ place: number | null }>(client, firstFilled(tables))
  return place === null ? null : (tables[place] as Table)
}

function firstFilled(tables: readonly TableName[]): Statement {
  const cases = tables.map(
    (table, place) => `when exists (select from ${qualify(table)}) then ${place}`,
  )
  return { text: `select case\n  ${cases.join('\n  ')}\nend as place`, values: [] }
}

/** In one order whoever asks, so that two of these wait for each other only one way round. */
export function lockExclusively(tables: readonly TableName[]): string {
  return `lock table ${tables.map(qualify).join(', ')} in access exclusive mode`
}

/** SQLSTATEs of a lock that was not had: `lock_timeout` is over, or others wait for us meanwhile. */
const NOT_HAD: readonly string[] = ['55P03', '40P01']

/**
 * Locks tables against everyone, if that can be had soon: others have to wait behind whoever waits for
 * such a lock. False where it cannot; the transaction has then failed, back to its last savepoint.
 *
 * @param patience Milliseconds to wait for each table, at most. Autovacuum gives way after a second, as
 * `deadlock_timeout` says.
 */
export async function tryLockExclusively(
  client: PostgresClient,
  tables: readonly TableName[],
  patience: number,
): Promise<boolean> {
  const { before } = await queryRow<{ before: number }>(client, {
    text: `select setting::int as before from pg_catalog.pg_settings where name = 'lock_timeout'`,
    values: [],
  })
  await queryRows(client, setLockTimeout(before === 0 ? patience : Math.min(before, patience)))
  try {
    await client.query(lockExclusively(tables))
  } catch (error) {
    if (isServerError(error) && NOT_HAD.includes(error.code)) return false
    throw error
  }
  await queryRows(client, setLockTimeout(before))
  return true
}

function setLockTimeout(milliseconds: number): Statement {
  return {
    text: `select set_config('lock_timeout', $1, true)`,
    values: [`${milliseconds}ms`],
  }
}

/**
 * Gives index builds and checks of foreign keys as much memory as the load has bytes, 512 MB at most
 * and never less than the server is set to. How many workers help is PostgreSQL's to choose, by the
 * size of each table.
 */
export function setMaintenanceMemory(bytes: number): Statement {
  return {
    text: `\
select set_config('maintenance_work_mem', greatest(
  pg_size_bytes(current_setting('maintenance_work_mem')),
  least($1::bigint, 512 * 1024 * 1024)
) / 1024 || 'kB', true)`,
    values: [Math.ceil(bytes)],
  }
}
