import {
  CircularDependencyResolver,
  type LoadGroup,
} from '../graph/circular-dependency-resolver.js'
import { tableKey } from '../postgres/identifier.js'
import { assignKeys } from './assign-keys.js'
import { checkModel } from './check-model.js'
import { chooseLoadWay } from './choose-load-way.js'
import { loadWithoutCopy } from './load-without-copy.js'
import type { PlanFindings } from './plan-findings.js'
import { prepareModel } from './prepare-model.js'
import type { PreparedGroup, PreparedImport, PreparedModel } from './prepared-import.js'
import type { PreparedPin } from './prepared-key.js'
import { findIdentities } from './row-identities.js'
import type { SourceModel } from './source-model.js'

/** How rows may go in. */
interface CopyChoice {
  /** Whether by COPY. */
  readonly useCopy: boolean
  /** Whether through a Prisma Client, as far as it can take them. */
  readonly throughClient: boolean
}

/** What is known of an import before it is decided what becomes of foreign keys. */
export type DecidedModels = Pick<PreparedImport, 'groups' | 'models' | 'problems'>

/** Which keys are new, in which order models are loaded, what becomes of each column. */
export function decideModels(
  sources: readonly SourceModel[],
  pins: readonly PreparedPin[],
  request: Omit<
    PlanFindings,
    'keys' | 'roles' | 'identities' | 'referred' | 'pinned' | 'imported'
  > &
    CopyChoice,
): DecidedModels {
  const { catalog, tables } = request
  const models = sources.map(({ model }) => model)
  const { keys, roles } = assignKeys(sources, pins, { catalog, tables })
  const byName = new Map(sources.map((source) => [source.model.name, source]))
  const findings = {
    ...request,
    keys,
    roles,
    identities: findIdentities({ catalog, keys, roles, sources: byName }),
    referred: new Set(models.flatMap(({ references }) => references.map(({ target }) => target))),
    pinned: new Set(pins.map(({ model }) => model)),
    imported: new Map(models.map((model) => [model.name, model])),
  }
  const groups = new CircularDependencyResolver(models).resolve()
  const imported = new Map(sources.map(({ table, model }) => [tableKey(table), model]))
  const inOrder = groups.map((group) => group.models.map((name) => byName.get(name) as SourceModel))
  const prepared = inOrder.map((members, index) => {
    const group = members.map((source) => prepareModel(source, findings))
    return withWay(groups[index] as LoadGroup, group, findings)
  })
  return {
    groups: prepared.map(({ group }) => group),
    models: prepared.flatMap((each) => each.models),
    problems: [
      ...roles.problems,
      ...inOrder
        .flat()
        .flatMap((source) => checkModel(source, { ...findings, sources: byName, imported })),
    ],
  }
}

/** The models of a group, told how they are loaded. */
function withWay(
  group: LoadGroup,
  models: readonly PreparedModel[],
  { catalog, useCopy, throughClient }: Pick<PlanFindings, 'catalog'> & CopyChoice,
): { readonly group: PreparedGroup; readonly models: readonly PreparedModel[] } {
  const byCopy = chooseLoadWay(group, models, catalog)
  const chosen = useCopy ? byCopy : loadWithoutCopy(byCopy, models, { catalog, throughClient })
  const { technique } = chosen.way
  return { group: chosen, models: models.map((model) => ({ ...model, technique })) }
}
