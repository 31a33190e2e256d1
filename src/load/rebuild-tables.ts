import { planRebuild, type RebuildPlan } from '../plan/plan-rebuild.js'
import { type PostgresClient, queryRows, runAll } from '../postgres/client.js'
import {
  addForeignKey,
  createIndex,
  dropConstraint,
  dropIndex,
  restoreIndex,
} from '../postgres/rebuild-statements.js'
import { setMaintenanceMemory } from '../postgres/table-locks.js'
import { rebuildDiffers } from './load-error.js'
import { type ChangingTables, withSameStructure } from './same-structure.js'

/** The tables of a load, and how what they refuse is told: those that they refer to are locked, too. */
export interface RebuildRequest extends ChangingTables {
  /** What is loaded into them. */
  readonly bytes: number
  /** Turns what the server refused into what is wrong with a file. */
  readonly explain: (error: unknown) => Promise<unknown>
}

/**
 * Takes foreign keys and indexes away, loads, and puts them back, all in the transaction that is open:
 * building an index once is faster than adding to it row by row, and so is checking a foreign key. The
 * tables, and those that they refer to, are locked against everyone until its end.
 *
 * @param load Must leave no check to COMMIT: PostgreSQL changes no table that one is pending for.
 * @throws {GyroError} `LOAD.MISSING_REFERENCE`, `LOAD.DUPLICATE` for rows that cannot stay;
 * `LOAD.REBUILD_DIFFERS` when the structure is not what it was.
 */
export function withRebuild<Result>(
  client: PostgresClient,
  request: RebuildRequest,
  load: () => Promise<Result>,
): Promise<Result> {
  return withSameStructure(client, request, {
    differs: rebuildDiffers,
    work: async (structure) => {
      const plan = planRebuild(structure, request.tables)
      const drops = [...plan.foreignKeys.map(dropConstraint), ...plan.indexes.map(dropIndex)]
      await runAll(client, drops)
      const result = await load()
      await queryRows(client, setMaintenanceMemory(request.bytes))
      await restore(client, plan, request)
      return result
    },
  })
}

/** Indexes first: foreign keys are looked up in them. What fails says itself which one it was. */
async function restore(
  client: PostgresClient,
  { indexes, foreignKeys }: RebuildPlan,
  { explain }: RebuildRequest,
): Promise<void> {
  try {
    await runAll(client, [
      ...indexes.flatMap((each) => [createIndex(each), ...restoreIndex(each)]),
      // No index is made after these.
      'set local default_tablespace to default',
      ...foreignKeys.map(addForeignKey),
    ])
  } catch (error) {
    throw await explain(error)
  }
}
