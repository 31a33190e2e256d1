import type { PostgresClient } from '../../src/postgres/client.js'

/** Whether nobody else is connected to the database of the client. */
export async function isAlone(client: PostgresClient): Promise<boolean> {
  const { rowCount } = await client.query(`\
select from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)
  return rowCount === 0
}
