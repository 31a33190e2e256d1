import { planDeferral } from '../plan/plan-deferral.js'
import { type PostgresClient, runAll } from '../postgres/client.js'
import { deferConstraint, undeferConstraint } from '../postgres/rebuild-statements.js'
import { deferralDiffers } from './load-error.js'
import { type ChangingTables, withSameStructure } from './same-structure.js'

/**
 * Makes the foreign keys of tables deferrable, loads, and has them as they were, all in the transaction
 * that is open. The tables that have one which is not deferrable are locked against everyone until its
 * end.
 *
 * @param load Must leave no check to COMMIT: PostgreSQL changes no table that one is pending for.
 * @throws {GyroError} `LOAD.DEFERRAL_DIFFERS` when the structure is not what it was.
 */
export function withDeferrableKeys<Result>(
  client: PostgresClient,
  changing: ChangingTables,
  load: () => Promise<Result>,
): Promise<Result> {
  return withSameStructure(client, changing, {
    differs: deferralDiffers,
    work: async (structure) => {
      const foreignKeys = planDeferral(structure, changing.tables)
      await runAll(client, foreignKeys.map(deferConstraint))
      const result = await load()
      await runAll(client, foreignKeys.map(undeferConstraint))
      return result
    },
  })
}
