import type { PostgresClient } from '../../src/postgres/client.js'

/** Whether a connection to the database of the client waits for a lock. */
export async function isBlocked(client: PostgresClient): Promise<boolean> {
  const { rowCount } = await client.query(`\
select from pg_locks l join pg_database d on d.oid = l.database
where d.datname = current_database() and not l.granted`)
  return rowCount !== 0
}
