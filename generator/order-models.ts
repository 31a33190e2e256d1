import type { LoadGroup } from '../src/graph/circular-dependency-resolver.js'
import type { ManifestModel } from '../src/manifest/manifest.js'

/** A model with its place in the load order. */
export interface OrderedModel extends ManifestModel {
  /** Counts from 1; the models of one cycle share it. */
  readonly place: number
  readonly isInCycle: boolean
}

/** The models in load order. */
export function orderModels(
  models: readonly ManifestModel[],
  groups: readonly LoadGroup[],
): readonly OrderedModel[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  return groups.flatMap((group, i) =>
    group.models.map((name) => ({
      ...(byName.get(name) as ManifestModel),
      place: i + 1,
      isInCycle: group.cycles.length > 0,
    })),
  )
}
