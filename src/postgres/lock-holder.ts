import { type PostgresClient, queryRows } from './client.js'

/** A session that holds an advisory lock. */
export interface LockHolder {
  /** Its process of the server. */
  readonly pid: number
  /** When it was connected, ISO 8601 in UTC; null where the role may not see it. */
  readonly since: string | null
  /** What its program calls itself; null where it does not, or the role may not see it. */
  readonly application: string | null
}

/**
 * Another session that holds an advisory lock of 64 bits; null for none. Claims nothing: nobody who wants
 * the lock is held up.
 *
 * @param lock SQL that gives the number of the lock, about `values`.
 */
export async function findLockHolder(
  client: PostgresClient,
  lock: string,
  values: readonly unknown[],
): Promise<LockHolder | null> {
  const [holder] = await queryRows<LockHolder>(client, {
    text: `\
select
  h.pid,
  to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
  nullif(a.application_name, '') as application
from (
${holdersOf(lock)}
) h
left join pg_catalog.pg_stat_activity a on a.pid = h.pid
where h.pid <> pg_catalog.pg_backend_pid()`,
    values: [...values],
  })
  return holder ?? null
}

/** A query for the processes that hold a lock in this database. */
export function holdersOf(lock: string): string {
  return `\
select l.pid
from pg_catalog.pg_locks l
join pg_catalog.pg_database d on d.oid = l.database
where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
  and d.datname = current_database()
  and (l.classid::bigint << 32) + l.objid::bigint = ${lock}`
}

/** Who it is, for people: ` (process 12, "prisma-gyro", since …)`; nothing where nobody knows. */
export function describeHolder(holder: LockHolder | null): string {
  if (holder === null) return ''
  const { pid, since, application } = holder
  const parts = [
    `process ${pid} of the server`,
    ...(application === null ? [] : [JSON.stringify(application)]),
    ...(since === null ? [] : [`connected since ${since}`]),
  ]
  return ` (${parts.join(', ')})`
}

/** What to do where its program is gone and the server has not noticed; nothing where nobody knows it. */
export function adviseOnHolder(holder: LockHolder | null): string {
  if (holder === null) return ''
  return ` Where its program is gone, end it by: select pg_terminate_backend(${holder.pid})`
}
