import type { Catalog } from '../postgres/catalog.js'
import { tableKey } from '../postgres/identifier.js'
import { isUnderPolicies } from './choose-load-way.js'
import type { LoadWay } from './load-way.js'
import type {
  PreparedGroup,
  PreparedImport,
  PreparedModel,
  PreparedRelease,
  PreparedReplica,
} from './prepared-import.js'

/** What is decided of models, whatever becomes of foreign keys. */
type DecidedModels = Pick<PreparedImport, 'groups' | 'models'>

/**
 * The models of an import whose foreign keys are out of the way: any order will do, so that those of a
 * circle are copied as others are. Where policies apply, COPY is refused, and rows go in as they would
 * have.
 */
export function releaseGroups(
  { groups, models }: DecidedModels,
  release: PreparedRelease,
  catalog: Catalog,
): DecidedModels {
  const isFree = release.technique !== 'rebuild' || release.keptForeignKeys.length === 0
  const released = groups.map((group) => {
    const members = models.filter(({ model }) => group.models.includes(model))
    return canCopy(group, isFree) && !isUnderPolicies(members, catalog)
      ? { group: copyGroup(group, release), members: members.map(toldTechnique(release)) }
      : { group, members }
  })
  const told = released.flatMap(({ members }) => members)
  return {
    groups: released.map(({ group }) => group),
    models: release.technique === 'replica' ? told.map(silenced(release)) : told,
  }
}

function canCopy({ way }: PreparedGroup, isFree: boolean): boolean {
  return way.technique === 'checked' || (isFree && CIRCLES.includes(way.technique))
}

/** How a circle is loaded that some foreign key holds. */
const CIRCLES: readonly LoadWay['technique'][] = ['cycle', 'deferred']

function copyGroup(group: PreparedGroup, { technique, why }: PreparedRelease): PreparedGroup {
  return { ...group, way: { technique: technique === 'deferred' ? 'deferred' : 'checked' }, why }
}

function toldTechnique({ technique }: PreparedRelease): (model: PreparedModel) => PreparedModel {
  return (model) => ({ ...model, technique })
}

/** What fires, and who checks references, where the session is a replica. */
function silenced({ triggers }: PreparedReplica): (model: PreparedModel) => PreparedModel {
  return (model) => ({
    ...model,
    triggers: triggers.get(tableKey(model.table)) ?? [],
    references: model.references.map((reference) =>
      reference.check === 'foreign key' ? { ...reference, check: 'load' } : reference,
    ),
  })
}
