import { fileChanged } from '../keys/keys-error.js'
import { findingRefusals } from '../load/find-refusals.js'
import type { TrackLoad } from '../load/load-context.js'
import { loadGroup } from '../load/load-group.js'
import { PostgresBulkLoader } from '../load/postgres-bulk-loader.js'
import type { PreparedGroup, PreparedModel } from '../plan/prepared-import.js'
import { type ImportContext, withFileProgress } from './import-context.js'
import type { LoadedFile } from './loaded-file.js'

/** Group after group, each the way that was chosen for it, and what PostgreSQL checks after COPY. */
export async function loadGroups(context: ImportContext): Promise<readonly LoadedFile[]> {
  const { groups, models, keyMaps, check, signal } = context
  const loaded: LoadedFile[] = []
  const track: TrackLoad = async (prepared, work) => {
    signal.throwIfAborted()
    const file = await withFileProgress(context, 'load', prepared, (report) =>
      check !== null && isLoadedAlone(prepared, groups)
        ? findingRefusals(context, [prepared], () => work(report))
        : work(report),
    )
    // A row that went away between survey and load left its new key to those that refer to it.
    const surveyed = keyMaps.get(prepared.model)?.size ?? null
    if (surveyed !== null && !prepared.key?.mayRepeat && surveyed !== file.rows + file.skipped) {
      throw fileChanged(prepared.source.path)
    }
    loaded.push({ ...file, prepared })
  }
  for (const group of groups) {
    const members = models.filter(({ model }) => group.models.includes(model))
    const load = () => loadGroup(context, group, { models: members, track })
    await (check !== null && isLoadedTogether(group)
      ? findingRefusals(context, members, load)
      : load())
  }
  await new PostgresBulkLoader(context).checkDeferred(models)
  return loaded
}

/** Whether all rows that those of a model refer to are there before, those of its own excepted. */
function isLoadedAlone({ model }: PreparedModel, groups: ImportContext['groups']): boolean {
  const group = groups.find(({ models }) => models.includes(model))
  return group !== undefined && !isLoadedTogether(group)
}

function isLoadedTogether({ way, models }: PreparedGroup): boolean {
  return way.technique !== 'checked' && models.length > 1
}
