import type { PostgresClient } from '../../src/postgres/client.js'

/** Whether a connection to the database of the client waits for a lock. */
export async function isBlocked(client: PostgresClient): Promise<boolean> {
  return (await countBlocked(client)) > 0
}

/** How many connections to the database of the client wait for locks, those on rows among them. */
export async function countBlocked(client: PostgresClient): Promise<number> {
  // Not pg_stat_activity, which stays the same within a transaction. A lock on a row names no
  // database, but who waits for it has locked its table.
  const { rowCount } = await client.query(`\
select distinct pid from pg_locks
where not granted and pid in (
  select l.pid from pg_locks l join pg_database d on d.oid = l.database
  where d.datname = current_database()
)`)
  return Number(rowCount)
}
