import { type PostgresClient, queryRow, queryRows } from '../postgres/client.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import { cannotReadHistory, newerHistory, noHistory } from './history-error.js'
import { HISTORY_SCHEMA, NEWEST_VERSION } from './history-schema.js'

/**
 * Whether there is a history that can be read. False where nothing was ever imported with one; creates
 * none.
 *
 * @throws {GyroError} `HISTORY.MISSING_PRIVILEGE` with the GRANTs, `HISTORY.NEWER`.
 */
export async function canReadHistory(client: PostgresClient): Promise<boolean> {
  const found = await findRights(client, ['select'])
  if (!found.isThere) return false
  if (!found.isOpen) {
    const grants = grantsFor(found.role, 'select')
    throw cannotReadHistory(found.role, { doing: 'read', grants })
  }
  const [newest] = await queryRows<{ version: number; toolVersion: string }>(client, {
    text: `\
select version, tool_version as "toolVersion"
from prisma_gyro.migration
order by version desc
limit 1`,
    values: [],
  })
  if (newest !== undefined && newest.version > NEWEST_VERSION) {
    throw newerHistory(newest, NEWEST_VERSION)
  }
  return true
}

/** @throws {GyroError} `HISTORY.NONE` where there is none; what `canReadHistory` throws. */
export async function expectReadableHistory(client: PostgresClient): Promise<void> {
  if (!(await canReadHistory(client))) throw noHistory()
}

/** @throws {GyroError} `HISTORY.MISSING_PRIVILEGE` where the role may not prune. */
export async function expectPruningRights(client: PostgresClient): Promise<void> {
  const { isOpen, role } = await findRights(client, ['select', 'insert', 'update', 'delete'])
  if (!isOpen) {
    const grants = grantsFor(role, 'select, insert, update, delete')
    throw cannotReadHistory(role, { doing: 'prune', grants })
  }
}

function grantsFor(role: string, privileges: string): readonly string[] {
  const schema = quoteIdentifier(HISTORY_SCHEMA)
  const to = quoteIdentifier(role)
  return [
    `grant usage on schema ${schema} to ${to}`,
    `grant ${privileges} on all tables in schema ${schema} to ${to}`,
  ]
}

interface Rights {
  readonly isThere: boolean
  readonly isOpen: boolean
  readonly role: string
}

/** Looks in the catalog, which everybody may read. */
function findRights(client: PostgresClient, privileges: readonly string[]): Promise<Rights> {
  return queryRow<Rights>(client, {
    text: `\
select
  coalesce(bool_or(c.relname = 'batch'), false) as "isThere",
  coalesce(bool_and(
    has_schema_privilege(n.oid, 'usage') and not exists (
      select
      from unnest($2::text[]) privilege
      where not has_table_privilege(c.oid, privilege)
    )
  ), false) as "isOpen",
  current_user::text as role
from pg_catalog.pg_namespace n
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
where n.nspname = $1`,
    values: [HISTORY_SCHEMA, privileges],
  })
}
