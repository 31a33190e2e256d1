import type { PreparedGroup, PreparedModel } from '../plan/prepared-import.js'
import { loadTogether } from './cycle-loader.js'
import { DeferredConstraintLoader } from './deferred-constraint-loader.js'
import type { LoadContext, TrackLoad } from './load-context.js'
import { openParameterRoom } from './parameter-room.js'
import { PostgresBulkLoader } from './postgres-bulk-loader.js'
import { openStagingRoom } from './staging-room.js'
import { loadInTwoPasses } from './two-pass-loader.js'

/**
 * Loads the models of a group the way that was chosen for it.
 *
 * @param models Those of the group.
 * @param track Runs the load of each.
 */
export async function loadGroup(
  context: LoadContext,
  { way }: PreparedGroup,
  { models, track }: { readonly models: readonly PreparedModel[]; readonly track: TrackLoad },
): Promise<void> {
  switch (way.technique) {
    case 'checked': {
      const loader = new PostgresBulkLoader(context)
      for (const model of models) {
        await track(model, (report) => loader.load(model, report))
      }
      return
    }
    case 'deferred':
      return new DeferredConstraintLoader(context).load(models, track)
    case 'cycle': {
      const room =
        way.rowsFrom === 'temporary tables'
          ? openStagingRoom(context)
          : openParameterRoom(context, way.grant)
      return loadTogether(context, models, { room, track })
    }
    case 'staged':
      return loadTogether(context, models, { room: openStagingRoom(context), track })
    case 'two-pass':
      return loadInTwoPasses(context, models, { way, track })
  }
}
