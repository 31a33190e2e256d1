import { type PostgresClient, queryRow, type Statement } from './client.js'

/** What the server is, who the role is there, and what both mean for an import. */
export interface Server {
  readonly flavour: Flavour
  /** As people know it: `18.4`. */
  readonly version: string
  /** `server_version_num`, such as 180004. */
  readonly serverVersion: number
  readonly role: string
  readonly isSuperuser: boolean
  readonly database: string
  /** Whether the role may create temporary tables. */
  readonly canCreateTemporary: boolean
  /** Whether the extension Citus spreads the tables over several servers. */
  readonly isCitus: boolean
  /** What keeps transactions from writing: the server is a standby, or a setting; else null. */
  readonly readOnly: 'standby' | 'setting' | null
  /** Whether YugabyteDB was told to give up that a transaction is all or nothing. */
  readonly isNonAtomic: boolean
}

/** The product or the service that the server is one of. */
export type Flavour =
  | 'PostgreSQL'
  | 'Amazon RDS'
  | 'Azure'
  | 'Google Cloud SQL'
  | 'Neon'
  | 'Supabase'
  | 'Citus'
  | 'CockroachDB'
  | 'YugabyteDB'

/** What a server says of itself, of which some is not true of every product. */
export interface ServerRow extends Omit<Server, 'flavour' | 'version' | 'readOnly'> {
  /** `version()`: names the product, the compiler and more. */
  readonly product: string
  /** `server_version`: some builds add words of their own. */
  readonly version: string
  readonly isStandby: boolean
  readonly isReadOnly: boolean
  /** Those of `SERVICE_ROLES` that exist. */
  readonly serviceRoles: readonly string[]
}

/** Reads it in one statement. Takes no lock and reads no user data. */
export async function readServer(client: PostgresClient): Promise<Server> {
  return buildServer(await queryRow<ServerRow>(client, SERVER))
}

export function buildServer(row: ServerRow): Server {
  const { product, version, isStandby, isReadOnly, serviceRoles: _, ...server } = row
  const [number = version] = /^\S+/.exec(version) ?? []
  return {
    ...server,
    flavour: findFlavour(row),
    version: /CockroachDB \S+ v([\d.]+)/.exec(product)?.[1] ?? number,
    readOnly: isStandby ? 'standby' : isReadOnly ? 'setting' : null,
  }
}

/** What changes how the server behaves goes before who runs it. */
function findFlavour({ product, isCitus, serviceRoles }: ServerRow): Flavour {
  if (product.includes('CockroachDB')) return 'CockroachDB'
  if (product.includes('-YB-')) return 'YugabyteDB'
  if (isCitus) return 'Citus'
  const service = SERVICE_ROLES.find(([role]) => serviceRoles.includes(role))
  return service?.[1] ?? 'PostgreSQL'
}

/** Roles that services make in every database. */
const SERVICE_ROLES: readonly (readonly [string, Flavour])[] = [
  ['rds_superuser', 'Amazon RDS'],
  ['azure_pg_admin', 'Azure'],
  ['cloudsqlsuperuser', 'Google Cloud SQL'],
  ['neon_superuser', 'Neon'],
  ['supabase_admin', 'Supabase'],
]

const SERVER: Statement = {
  text: `\
select
  version() as product,
  current_setting('server_version') as version,
  current_setting('server_version_num')::int as "serverVersion",
  current_user as role,
  current_setting('is_superuser') = 'on' as "isSuperuser",
  current_database() as database,
  has_database_privilege(current_database(), 'TEMPORARY') as "canCreateTemporary",
  exists (select from pg_catalog.pg_extension where extname = 'citus') as "isCitus",
  pg_is_in_recovery() as "isStandby",
  current_setting('transaction_read_only') = 'on' as "isReadOnly",
  coalesce(current_setting('yb_disable_transactional_writes', true) = 'on', false) as "isNonAtomic",
  array(select rolname::text from pg_catalog.pg_roles where rolname = any ($1::text[])) as "serviceRoles"`,
  values: [SERVICE_ROLES.map(([role]) => role)],
}

/**
 * Sets what a transaction that imports needs on this server, until its end: nothing on PostgreSQL
 * itself. To be called before a table is read: Citus takes the setting for what follows only.
 */
export async function adaptTransaction(client: PostgresClient): Promise<void> {
  for (const setting of transactionSettings(await readServer(client))) {
    await client.query(setting)
  }
}

export function transactionSettings({
  flavour,
  isCitus,
}: Pick<Server, 'flavour' | 'isCitus'>): readonly string[] {
  return [
    // Citus would work on several shards at once, and take no rows of a reference table afterwards.
    ...(isCitus ? [`set local citus.multi_shard_modify_mode = 'sequential'`] : []),
    // YugabyteDB would commit a COPY every 20 000 rows.
    ...(flavour === 'YugabyteDB'
      ? ['set local yb_default_copy_from_rows_per_transaction = 0']
      : []),
  ]
}
