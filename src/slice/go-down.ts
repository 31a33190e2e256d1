import type { ExportPlan } from './export-plan.js'
import { findNewest } from './find-newest.js'
import type { ReferenceFollower } from './follow-reference.js'
import { addRows, RowSet } from './row-set.js'
import type { RowSource } from './row-source.js'
import type { ResolvedSliceOptions } from './slice-options.js'
import { addStep, NO_STEPS, type Way } from './way.js'

/** Rows that are in by themselves: roots, and what refers to them. */
export interface Descent {
  /** By model; only models that have some. */
  readonly rows: Map<string, RowSet>
  /** A shortest way to rows of each model. */
  readonly ways: Map<string, Way>
  /** Rows whose target is known to be in, by the reference: nobody has to fetch it. */
  readonly settled: Map<ReferenceFollower, RowSet>
}

interface Find {
  readonly plan: ExportPlan
  readonly rows: RowSet
  readonly way: Way
}

/** Rows of one level by their models, all of which were not there before. */
type Level = ReadonlyMap<string, Find>

interface Scope {
  readonly source: RowSource
  readonly options: ResolvedSliceOptions
}

/**
 * Goes from the roots to the rows that refer to them and on, level by level: all that are one step away,
 * then all that are two, each row once. Where a model is limited, the newest of a level come in as long
 * as there is room.
 *
 * @param followers Of all references.
 */
export async function goDown(
  roots: readonly Omit<Find, 'way'>[],
  followers: readonly ReferenceFollower[],
  scope: Scope,
): Promise<Descent> {
  const { isFollowed, depth } = scope.options
  const followed = followers.filter(({ live }) => isFollowed(live.from.name, live.reference.name))
  const descent: Descent = { rows: new Map(), ways: new Map(), settled: new Map() }
  const found = roots.map((root) => ({ ...root, way: NO_STEPS }))
  let level = await admit(found, descent, scope)
  for (let steps = 0; level.size > 0 && steps < depth; steps++) {
    level = await admit(await findChildren(level, followed, descent), descent, scope)
  }
  return descent
}

async function findChildren(
  level: Level,
  followed: readonly ReferenceFollower[],
  { settled }: Descent,
): Promise<readonly Find[]> {
  const finds: Find[] = []
  for (const follower of followed) {
    const { from, to, reference } = follower.live
    const parents = level.get(to.name)
    if (parents === undefined) continue
    const rows = await follower.childrenOf(parents.rows)
    if (rows.size === 0) continue
    // Only a foreign key says that there is just one target.
    if (reference.hasForeignKey) addRows(settled, follower, rows)
    const step = { to: 'children', model: from.name, reference: reference.name } as const
    finds.push({ plan: from, rows, way: addStep(parents.way, step) })
  }
  return finds
}

/** Takes in what is new and has room. */
async function admit(finds: readonly Find[], descent: Descent, scope: Scope): Promise<Level> {
  const { rows, ways } = descent
  const level = new Map<string, Find>()
  for (const plan of new Set(finds.map((find) => find.plan))) {
    const { name } = plan
    const found = finds.filter((find) => find.plan === plan)
    const known = rows.get(name) ?? new RowSet()
    const fresh = new RowSet()
    for (const find of found) fresh.addAll(find.rows.minus(known))
    const room = (scope.options.limits.get(name) ?? Number.POSITIVE_INFINITY) - known.size
    const admitted = await findNewest(scope.source, { plan, rows: fresh, count: room })
    if (admitted.size === 0) continue
    const { way } = found.find((find) => find.rows.intersect(admitted).size > 0) as Find
    addRows(rows, name, admitted)
    if (!ways.has(name)) ways.set(name, way)
    level.set(name, { plan, rows: admitted, way })
  }
  return level
}
