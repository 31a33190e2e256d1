import type { PreparedModel } from '../plan/prepared-import.js'
import { findDangling, type ImportedReference, lockTargets } from '../postgres/dangling.js'
import { violatesForeignKey } from '../postgres/postgres-error.js'
import { readOwnReferences } from '../postgres/reference-rights.js'
import { asReplica } from '../postgres/replication-role.js'
import type { LoadContext } from './load-context.js'
import { explainCheckFailure } from './translate-refusal.js'

/**
 * Loads with the session as a replica, where PostgreSQL checks no foreign key and fires no ordinary
 * trigger, then checks every reference of the rows that were loaded. The rows that they refer to are
 * locked first: else one could be deleted between its check and COMMIT.
 *
 * @throws {GyroError} `LOAD.MISSING_REFERENCE` for the first row that refers to nothing.
 */
export async function loadAsReplica<Result>(
  context: LoadContext,
  models: readonly PreparedModel[],
  load: () => Promise<Result>,
): Promise<Result> {
  const { client } = context
  const result = await asReplica(client, load)
  for (const model of models) {
    const references = await readOwnReferences(client, [model.table, ...model.partitions])
    for (const reference of references) {
      const imported = ofImport(context, model, reference)
      if (imported === null) continue
      await lockTargets(client, imported)
      const values = await findDangling(client, imported)
      if (values !== null) {
        const error = violatesForeignKey({ ...reference, values })
        throw await explainCheckFailure(context, error, models)
      }
    }
  }
  return result
}

/**
 * Null where the import brought no rows. New keys that are counted have an index; the transaction of a
 * row, which tells those with other keys, has none.
 */
function ofImport(
  { keyMaps }: LoadContext,
  { model, key }: PreparedModel,
  reference: Omit<ImportedReference, 'range'>,
): ImportedReference | null {
  if (key?.kind !== 'reserved') {
    return { ...reference, range: null }
  }
  const range = keyMaps.get(model)?.range ?? null
  return range === null ? null : { ...reference, range: { ...range, column: key.column } }
}
