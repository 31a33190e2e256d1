import { type CatalogTrigger, readTriggers } from './catalog-trigger.js'
import { type PostgresClient, queryRow } from './client.js'
import type { TableName } from './identifier.js'

/**
 * Tries whether the role may have its session be a replica, which only trying tells: services have ways
 * of their own to allow it. Needs a transaction and leaves it as it was.
 *
 * @returns What fires in such a session when rows go into these tables, by their `tableKey`; null where
 * the role may not.
 */
export async function probeReplica(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<ReadonlyMap<string, readonly CatalogTrigger[]> | null> {
  await client.query('savepoint prisma_gyro_probe')
  const triggers = await becomeReplica(client, tables)
  await client.query('rollback to savepoint prisma_gyro_probe; release savepoint prisma_gyro_probe')
  return triggers
}

async function becomeReplica(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<ReadonlyMap<string, readonly CatalogTrigger[]> | null> {
  try {
    await client.query('set local session_replication_role = replica')
  } catch {
    // Where the connection is lost, the next statement says so.
    return null
  }
  return readTriggers(client, tables)
}

/**
 * Runs `work` in a session that is a replica: no foreign key is checked, and of the triggers only those
 * fire that are enabled for replicas or always. When it rejects, the role ends with the transaction.
 */
export async function asReplica<Result>(
  client: PostgresClient,
  work: () => Promise<Result>,
): Promise<Result> {
  const { role } = await queryRow<{ role: string }>(client, {
    text: `select current_setting('session_replication_role') as role`,
    values: [],
  })
  await client.query('set local session_replication_role = replica')
  const result = await work()
  await client.query({
    text: `select set_config('session_replication_role', $1, true)`,
    values: [role],
  })
  return result
}
