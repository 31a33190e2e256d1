import type { PostgresClient } from '../../src/postgres/client.js'

/** Whether a connection to the database of the client waits for a lock. */
export async function isBlocked(client: PostgresClient): Promise<boolean> {
  return (await countBlocked(client)) > 0
}

/** How many connections to the database of the client wait for locks, those on rows among them. */
export async function countBlocked(client: PostgresClient): Promise<number> {
  const { rowCount } = await client.query(`\
select from pg_stat_activity
where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`)
  return Number(rowCount)
}
