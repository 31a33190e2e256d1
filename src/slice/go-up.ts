import { CircularDependencyResolver } from '../graph/circular-dependency-resolver.js'
import type { ExportPlan } from './export-plan.js'
import type { ReferenceFollower } from './follow-reference.js'
import type { Descent } from './go-down.js'
import { addRows, RowSet } from './row-set.js'
import { addStep, type Way } from './way.js'

/** All rows of a slice, and a shortest way to rows of each model. */
export type Closure = Pick<Descent, 'rows' | 'ways'>

/**
 * Adds the rows that those there refer to, however far. A model is asked when all that refer to it have
 * been, so that each reference is followed once where there are no circles.
 *
 * @param descent Is used up: the sets are changed.
 * @param followers Of the references to follow.
 */
export async function goUp(
  { rows, ways, settled }: Descent,
  followers: readonly ReferenceFollower[],
  plans: ReadonlyMap<string, ExportPlan>,
): Promise<Closure> {
  const copies = new Map([...rows].map(([name, set]) => [name, set.copy()]))
  const ascent: Ascent = { rows: copies, waiting: new Map(rows), used: new Set(), settled }
  const order = orderOf(plans)
  const next = () => order.find((name) => ascent.waiting.has(name))
  for (let name = next(); name !== undefined; name = next()) {
    const own = followers.filter(({ live }) => live.from.name === name)
    const isSelf = ({ live }: ReferenceFollower) => live.to.name === name
    const all = await closeModel(name, own.filter(isSelf), ascent)
    for (const follower of own.filter((each) => !isSelf(each))) {
      const fresh = await follow(follower, all, ascent)
      if (fresh.size > 0) addRows(ascent.waiting, follower.live.to.name, fresh)
    }
  }
  const used = followers.filter((follower) => ascent.used.has(follower))
  return { rows: ascent.rows, ways: extendWays(ways, used) }
}

interface Ascent {
  readonly rows: Map<string, RowSet>
  /** Rows whose references have not been followed. */
  readonly waiting: Map<string, RowSet>
  /** Followers that have led somewhere. */
  readonly used: Set<ReferenceFollower>
  readonly settled: Descent['settled']
}

/** Models that refer before those that they refer to; those of a circle by their names. */
function orderOf(plans: ReadonlyMap<string, ExportPlan>): readonly string[] {
  const groups = new CircularDependencyResolver([...plans.values()]).resolve()
  return groups.toReversed().flatMap(({ models }) => models)
}

/** The waiting rows of a model, and all that they lead to within it. */
async function closeModel(
  name: string,
  own: readonly ReferenceFollower[],
  ascent: Ascent,
): Promise<RowSet> {
  let level = ascent.waiting.get(name) ?? new RowSet()
  ascent.waiting.delete(name)
  const all = new RowSet()
  while (level.size > 0) {
    all.addAll(level)
    const next = new RowSet()
    for (const follower of own) next.addAll(await follow(follower, level, ascent))
    level = next
  }
  return all
}

/** The rows that were not there before. */
async function follow(
  follower: ReferenceFollower,
  rows: RowSet,
  { rows: known, used, settled }: Ascent,
): Promise<RowSet> {
  const { name } = follower.live.to
  const there = settled.get(follower)
  const found = await follower.parentsOf(there === undefined ? rows : rows.minus(there))
  if (found.size > 0) used.add(follower)
  const before = known.get(name)
  const fresh = before === undefined ? found : found.minus(before)
  if (fresh.size > 0) addRows(known, name, fresh)
  return fresh
}

/** Downwards goes before upwards where both are as long; else the first reference counts. */
function extendWays(
  ways: ReadonlyMap<string, Way>,
  used: readonly ReferenceFollower[],
): Map<string, Way> {
  const extended = new Map(ways)
  for (let isNew = true; isNew; ) {
    isNew = false
    for (const { live } of used) {
      const before = extended.get(live.from.name)
      const known = extended.get(live.to.name)
      if (before === undefined || (known !== undefined && known.length <= before.length + 1))
        continue
      const step = { to: 'parents', model: live.from.name, reference: live.reference.name } as const
      extended.set(live.to.name, addStep(before, step))
      isNew = true
    }
  }
  return extended
}
