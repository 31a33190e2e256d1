import { invalidDatabaseUrl } from './postgres-error.js'

/** Schema that `@@schema`-less models live in when the URL names none: Prisma's rule. */
const DEFAULT_SCHEMA = 'public'

/** A target database. Holds the password: never print it, print `describeDatabase`. */
export interface DatabaseUrl {
  /** What `pg` connects with: parameters that only Prisma knows are left out. */
  readonly connectionString: string
  /** `?schema=` of the URL, which `pg` does not know. */
  readonly schema: string
  /** By what the URL seems to lead to a connection pooler: `port 6543`; null when by nothing. */
  readonly poolerSign: string | null
}

/** Parameters of Prisma's URLs that mean nothing to `pg` and must not become server settings. */
const PRISMA_PARAMETERS = [
  'schema',
  'connection_limit',
  'pool_timeout',
  'max_idle_connection_lifetime',
  'single_use_connections',
  'pgbouncer',
  'socket_timeout',
  'statement_cache_size',
  'sslaccept',
]

/**
 * Reads a `postgresql://` URL as Prisma writes it.
 *
 * @throws {GyroError} `POSTGRES.INVALID_URL` when it is not one.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['postgresql:', 'postgres:'].includes(url.protocol)) {
    throw invalidDatabaseUrl(url?.protocol ?? null)
  }
  const schema = url.searchParams.get('schema') || DEFAULT_SCHEMA
  const poolerSign = findPoolerSign(url)
  for (const parameter of PRISMA_PARAMETERS) {
    url.searchParams.delete(parameter)
  }
  return { connectionString: url.href, schema, poolerSign }
}

/** Hosts of services that pool: Neon, Supabase, Prisma Postgres. */
const POOLER_HOST = /-pooler\.|\bpooler\.supabase\.com$|^pooled\.db\.prisma\.io$/

/** A pooler does not tell that it is one: what services and Prisma write into URLs does. */
function findPoolerSign({ hostname, port, searchParams }: URL): string | null {
  if (POOLER_HOST.test(hostname)) {
    return `the host ${hostname}`
  }
  if (port === '6543' || port === '6432') {
    return `port ${port}`
  }
  return searchParams.get('pgbouncer') === 'true' ? 'pgbouncer=true' : null
}

/** `postgresql://user@host:5432/name`: without password and parameters, for people. */
export function describeDatabase({ connectionString }: DatabaseUrl): string {
  const url = new URL(connectionString)
  const user = url.username === '' ? '' : `${url.username}@`
  return `postgresql://${user}${url.host}${url.pathname}`
}
