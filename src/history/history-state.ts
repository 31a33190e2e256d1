import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import type { Flavour, Server } from '../postgres/server.js'
import { HISTORY_SCHEMA, historyTable, MIGRATIONS, NEWEST_VERSION } from './history-schema.js'

/** What there is of a history, and what can become of it. */
export type HistoryState =
  /** The tables are there, and the role may write them. */
  | { readonly kind: 'ready' }
  /** Statements that the role may run bring the tables to the newest version. */
  | { readonly kind: 'behind'; readonly exists: boolean; readonly statements: readonly string[] }
  /** The role may not do what it takes: why, and the statements for somebody who may. */
  | { readonly kind: 'forbidden'; readonly why: string; readonly grants: readonly string[] }
  /** Another version of the tool has written it. */
  | { readonly kind: 'newer'; readonly version: number; readonly toolVersion: string }
  /** The server has not what it takes. */
  | { readonly kind: 'unsupported'; readonly flavour: Flavour }

/** What only speaks like PostgreSQL, and does not tell which transaction wrote a row. */
const WITHOUT_XMIN: readonly Flavour[] = ['CockroachDB', 'YugabyteDB']

/** Looks at the history of a database. Writes nothing and takes no lock. */
export async function readHistoryState(
  client: PostgresClient,
  { role, flavour, database }: Pick<Server, 'role' | 'flavour' | 'database'>,
): Promise<HistoryState> {
  if (WITHOUT_XMIN.includes(flavour)) {
    return { kind: 'unsupported', flavour }
  }
  const found = await queryRow<FoundHistory>(client, findHistory())
  if (!found.tables.includes('migration')) {
    return stateWithoutTables(found, role, database)
  }
  if (!found.canUse || found.closed.length > 0) {
    const grants = grantsToWrite(role)
    return { kind: 'forbidden', why: 'may not write the tables of the schema prisma_gyro', grants }
  }
  const [newest = { version: 0, toolVersion: '' }] = await queryRows<AppliedMigration>(
    client,
    newestMigration(),
  )
  if (newest.version > NEWEST_VERSION) {
    return { kind: 'newer', ...newest }
  }
  if (newest.version === NEWEST_VERSION) {
    return { kind: 'ready' }
  }
  const statements = migrationsAfter(newest.version)
  return found.isOwner && found.canCreate
    ? { kind: 'behind', exists: true, statements }
    : {
        kind: 'forbidden',
        why: 'does not own the tables of the schema prisma_gyro, which are of an older version',
        grants: statements,
      }
}

function stateWithoutTables(
  { hasSchema, canCreateSchema, canCreate }: FoundHistory,
  role: string,
  database: string,
): HistoryState {
  const create = `create schema ${quoteIdentifier(HISTORY_SCHEMA)}`
  const statements = migrationsAfter(0)
  if (hasSchema ? canCreate : canCreateSchema) {
    const all = hasSchema ? statements : [create, ...statements]
    return { kind: 'behind', exists: false, statements: all }
  }
  // The role makes the tables itself then, and those of later versions.
  const grant = `grant usage, create on schema ${quoteIdentifier(HISTORY_SCHEMA)} to ${quoteIdentifier(role)}`
  return hasSchema
    ? { kind: 'forbidden', why: 'may not create tables in the schema prisma_gyro', grants: [grant] }
    : {
        kind: 'forbidden',
        why: `may not create a schema in the database "${database}"`,
        grants: [create, grant],
      }
}

/** The statements that bring tables of a version to the newest one. */
function migrationsAfter(version: number): readonly string[] {
  return MIGRATIONS.filter((migration) => migration.version > version).flatMap(
    (migration) => migration.statements,
  )
}

function grantsToWrite(role: string): readonly string[] {
  const schema = quoteIdentifier(HISTORY_SCHEMA)
  const to = quoteIdentifier(role)
  return [
    `grant usage on schema ${schema} to ${to}`,
    `grant select, insert, update, delete on all tables in schema ${schema} to ${to}`,
  ]
}

interface FoundHistory {
  readonly hasSchema: boolean
  readonly canCreateSchema: boolean
  readonly canUse: boolean
  readonly canCreate: boolean
  readonly tables: readonly string[]
  /** Tables that the role may not write. */
  readonly closed: readonly string[]
  /** Whether the role owns all tables, itself or as a member of another. */
  readonly isOwner: boolean
}

function findHistory(): Statement {
  return {
    text: `\
select
  n.oid is not null as "hasSchema",
  has_database_privilege(current_database(), 'create') as "canCreateSchema",
  coalesce(has_schema_privilege(n.oid, 'usage'), false) as "canUse",
  coalesce(has_schema_privilege(n.oid, 'create'), false) as "canCreate",
  coalesce(array_agg(c.relname::text) filter (where c.oid is not null), '{}') as tables,
  coalesce(array_agg(c.relname::text) filter (
    where not (
      has_table_privilege(c.oid, 'select') and
      has_table_privilege(c.oid, 'insert') and
      has_table_privilege(c.oid, 'update')
    )
  ), '{}') as closed,
  coalesce(bool_and(pg_has_role(c.relowner, 'usage')), true) as "isOwner"
from (select) one
left join pg_catalog.pg_namespace n on n.nspname = $1
left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
group by n.oid`,
    values: [HISTORY_SCHEMA],
  }
}

interface AppliedMigration {
  readonly version: number
  readonly toolVersion: string
}

function newestMigration(): Statement {
  return {
    text: `\
select version, tool_version as "toolVersion"
from ${qualify(historyTable('migration'))}
order by version desc
limit 1`,
    values: [],
  }
}
