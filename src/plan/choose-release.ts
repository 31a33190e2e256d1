import type { PostgresClient } from '../postgres/client.js'
import { chooseDeferral } from './choose-deferral.js'
import { chooseRebuild } from './choose-rebuild.js'
import { chooseReplica } from './choose-replica.js'
import { cannotMeet } from './conflict-error.js'
import type { ForeignKeyMode } from './import-plan.js'
import type { ReleaseBasis } from './prepared-import.js'
import { type ReleaseChoice, STAY } from './release-choice.js'

/**
 * Decides what becomes of foreign keys for the length of the load, as asked for. Rows that may be there
 * are met through unique indexes, by INSERT: these stay then.
 */
export async function chooseRelease(
  client: PostgresClient,
  mode: ForeignKeyMode,
  basis: ReleaseBasis,
): Promise<ReleaseChoice> {
  const met = basis.decided.models.filter(({ conflict }) => conflict !== null)
  if (met.length > 0 && mode !== 'checked') {
    const names = met.map(({ model }) => model)
    return mode === 'auto' ? STAY : { ...STAY, problems: [cannotMeet(mode, names)] }
  }
  switch (mode) {
    case 'checked':
      return STAY
    case 'auto':
    case 'rebuild':
      return chooseRebuild(client, mode, basis)
    case 'deferred':
      return chooseDeferral(client, basis)
    case 'replica':
      return chooseReplica(client, basis)
  }
}
