import type { PreparedImport, PreparedRebuild } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName } from '../postgres/identifier.js'
import { findFilledTable, type LockedTable, lockExclusively } from '../postgres/table-locks.js'

/** The part of an import that hangs on what becomes of foreign keys. */
type Release = Pick<PreparedImport, 'groups' | 'models' | 'release'>

/**
 * Takes the locks of a rebuild that is done only because all its tables are empty, and looks again: the
 * plan did so without them. Where rows have come since, the locks are given back, and what comes out is
 * the import without a rebuild.
 */
export async function settleRelease(
  client: PostgresClient,
  { groups, models, release }: Release,
): Promise<Release & { readonly warnings: readonly string[] }> {
  const planned = { groups, models, release, warnings: [] }
  if (release?.technique !== 'rebuild' || release.otherwise === null) {
    return planned
  }
  const filled = await lockEmptyTables(client, release)
  return filled === null
    ? planned
    : {
        ...release.otherwise,
        release: null,
        warnings: [
          `There was no rebuild: ${displayName(filled)} was empty when it was decided on and holds rows now.`,
        ],
      }
}

/** Locks the tables and gives null; or gives one that holds rows, and locks none. */
async function lockEmptyTables(
  client: PostgresClient,
  { locked }: PreparedRebuild,
): Promise<LockedTable | null> {
  await client.query(`savepoint prisma_gyro_locks;\n${lockExclusively(locked)}`)
  const filled = await findFilledTable(client, locked)
  // A lock that was had in a savepoint ends with its rollback.
  const rollback = filled === null ? '' : 'rollback to savepoint prisma_gyro_locks;\n'
  await client.query(`${rollback}release savepoint prisma_gyro_locks`)
  return filled
}
