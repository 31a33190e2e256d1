import type { Manifest } from '../manifest/manifest.js'
import { describeRollback } from '../rollback/describe-rollback.js'
import { prepareRollback, type RollbackRequest } from '../rollback/prepare-rollback.js'
import { rollbackInterrupted } from '../rollback/rollback-error.js'
import type { RollbackPlan } from '../rollback/rollback-plan.js'
import { translateRollbackFailure } from '../rollback/translate-rollback-failure.js'
import { type ImportTarget, withTarget } from './import-target.js'
import { resolveTarget } from './resolve-target.js'
import {
  type ResolvedRollbackOptions,
  type RollbackPlanOptions,
  resolveRollbackOptions,
} from './rollback-options.js'

/**
 * Works out what the rollback of an import would do: which rows would go and which would become what
 * they were, who refers to them since, who has changed them. Writes nothing and keeps nobody waiting.
 *
 * @throws {GyroError} `HISTORY.*`, `ROLLBACK.*`, `POSTGRES.*`, `PROJECT.*`, `IMPORT.INVALID_OPTION`: when
 * there is nothing to plan. What else stands against the rollback is in `problems`.
 * @example
 * const plan = await planRollback(manifest, { batch: 'last' })
 * plan.references.map(({ table, rows }) => `${rows} rows of ${table} refer to the batch`)
 */
export async function planRollback(
  manifest: Manifest,
  options: RollbackPlanOptions,
): Promise<RollbackPlan> {
  const resolved = resolveRollbackOptions(options)
  const { batch, signal } = resolved
  const choice = await resolveTarget(options)
  try {
    // The temporary tables that it makes are gone at the end of the transaction.
    return await withTarget(choice, { signal }, async (client, target) => {
      const request = buildRollbackRequest(manifest, resolved, target)
      const prepared = await prepareRollback(client, request, { isLocking: false })
      return describeRollback(prepared, target.name)
    })
  } catch (error) {
    throw signal.aborted ? rollbackInterrupted() : translateRollbackFailure(error, batch)
  }
}

/** What a rollback has to know of its options and its database. */
export function buildRollbackRequest(
  manifest: Manifest,
  { batch, force, cascade, allowRemote }: ResolvedRollbackOptions,
  { name, schema, isLocal }: ImportTarget,
): RollbackRequest {
  return {
    ...{ batch, manifest, schema, target: name, force, cascade },
    isAllowed: allowRemote || isLocal,
  }
}
