import { listTables } from '../plan/plan-deferral.js'
import type { PreparedModel, PreparedRelease } from '../plan/prepared-import.js'
import { withDeferrableKeys } from './deferrable-keys.js'
import type { LoadContext } from './load-context.js'
import { withRebuild } from './rebuild-tables.js'
import { loadAsReplica } from './replica-load.js'
import { explainCheckFailure } from './translate-refusal.js'

/**
 * Loads models with their foreign keys out of the way, then has these as they were.
 *
 * @throws {GyroError} `LOAD.*`.
 */
export function withRelease<Result>(
  context: LoadContext & { readonly models: readonly PreparedModel[] },
  release: PreparedRelease | null,
  load: () => Promise<Result>,
): Promise<Result> {
  const { client, models } = context
  switch (release?.technique) {
    case undefined:
      return load()
    case 'rebuild': {
      const request = {
        tables: models.map(({ table }) => table),
        locked: release.locked,
        bytes: models.reduce((sum, { source }) => sum + source.bytes, 0),
        explain: (error: unknown) => explainCheckFailure(context, error, models),
      }
      return withRebuild(client, request, load)
    }
    case 'deferred': {
      const changing = { tables: listTables(models), locked: release.locked }
      return withDeferrableKeys(client, changing, load)
    }
    case 'replica':
      return loadAsReplica(context, models, load)
  }
}
