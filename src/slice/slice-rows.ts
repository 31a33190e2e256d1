import type { PostgresClient } from '../postgres/client.js'
import { translateConditionFailure } from './condition/condition-error.js'
import type { ExportPlan } from './export-plan.js'
import { ReferenceFollower } from './follow-reference.js'
import { type Descent, goDown } from './go-down.js'
import { type Closure, goUp } from './go-up.js'
import { readReferences } from './read-references.js'
import type { RowSelection } from './row-selection.js'
import { RowSet } from './row-set.js'
import { type RowSource, readCount, readRows } from './row-source.js'
import { selectAll, selectRows } from './selected-rows.js'
import { viewInSlice } from './slice-error.js'
import {
  type ResolvedSliceOptions,
  resolveSliceOptions,
  type SliceOptions,
} from './slice-options.js'
import { allDangling, countRows, rowsWhere } from './slice-statements.js'
import { NO_STEPS, stepsOf } from './way.js'

/** How rows are asked for where nobody says otherwise. */
const MANNERS: SliceManners = { chunkRows: 200_000, chainSteps: 16 }

type SliceManners = Omit<RowSource, 'client'>

/** The rows of a database that belong together. */
export interface Slice {
  /** For every model, also where none of its rows is in. */
  readonly selections: ReadonlyMap<string, RowSelection>
  /** References without a foreign key that lead nowhere: nothing can be fetched for them. */
  readonly dangling: readonly DanglingReference[]
}

/** Rows that refer to something that is not there. */
export interface DanglingReference {
  readonly model: string
  readonly reference: string
  readonly rows: number
}

/**
 * Finds the rows that belong together: the roots, the rows that refer to them, and whatever all of these
 * refer to. Reads only, and keeps what it finds in this process: 40 bytes for a page of small rows.
 *
 * @param client In a snapshot in which the tables are locked against being rewritten; it must stay open
 * until the rows are read.
 * @param plans Of all models that are exported.
 * @throws {GyroError} `SLICE.INVALID_OPTION`, `SLICE.VIEW`.
 */
export async function sliceRows(
  client: PostgresClient,
  plans: ReadonlyMap<string, ExportPlan>,
  options: SliceOptions & Partial<SliceManners>,
): Promise<Slice> {
  const resolved = resolveSliceOptions(options, plans)
  const source = { client, ...MANNERS, ...options }
  const references = await readReferences(client, plans)
  const followers = references.map((live) => new ReferenceFollower(live, source))
  if (resolved.roots === null) {
    const selections = [...plans].map(([name, plan]) => [name, selectAll(plan)] as const)
    const counts = (each: ReferenceFollower) => readCount(client, allDangling(each.live))
    return { selections: new Map(selections), dangling: await countDangling(followers, counts) }
  }
  expectPlaces(plans, followers, resolved)
  const isCut = ({ live }: ReferenceFollower) =>
    resolved.prunes && live.reference.nullable.length > 0
  const descent = await goDown(await readRoots(source, plans, resolved), followers, {
    source,
    options: resolved,
  })
  const kept = followers.filter((follower) => !isCut(follower))
  const closure = await goUp(descent, kept, plans)
  const rowsOf = ({ name }: ExportPlan) => closure.rows.get(name) ?? new RowSet()
  const lost = await findLost(followers.filter(isCut), closure, descent.settled)
  const selections = await selectEach(source, plans, { ...closure, lost })
  const counts = (each: ReferenceFollower) => each.countDangling(rowsOf(each.live.from))
  return { selections, dangling: await countDangling(kept, counts) }
}

/** A way down may be left out; what rows refer to may not. */
function expectPlaces(
  plans: ReadonlyMap<string, ExportPlan>,
  followers: readonly ReferenceFollower[],
  { roots, isFollowed }: ResolvedSliceOptions,
): void {
  const root = [...(roots?.keys() ?? [])].find((name) => plans.get(name)?.hasPlaces === false)
  if (root !== undefined) throw viewInSlice(root, 'The slice begins with its rows')
  for (const { live } of followers) {
    const { from, to } = live
    const name = `${from.name}.${live.reference.name}`
    if (!to.hasPlaces && from.hasPlaces) throw viewInSlice(to.name, `${name} refers to its rows`)
    if (!from.hasPlaces && to.hasPlaces && isFollowed(from.name, live.reference.name)) {
      throw viewInSlice(from.name, `Its rows refer to others by ${name}`)
    }
  }
}

async function readRoots(
  { client }: RowSource,
  plans: ReadonlyMap<string, ExportPlan>,
  { roots }: ResolvedSliceOptions,
): Promise<readonly { plan: ExportPlan; rows: RowSet }[]> {
  const found: { plan: ExportPlan; rows: RowSet }[] = []
  for (const [name, condition] of roots ?? []) {
    const plan = plans.get(name) as ExportPlan
    try {
      found.push({ plan, rows: await readRows(client, rowsWhere(plan, condition)) })
    } catch (error) {
      // A cast fails only at a row that it cannot take.
      throw translateConditionFailure(error, name)
    }
  }
  return found
}

/** By model and reference: the rows whose target is not in. */
type LostRows = ReadonlyMap<string, ReadonlyMap<string, RowSet>>

async function findLost(
  cut: readonly ReferenceFollower[],
  { rows }: Closure,
  settled: Descent['settled'],
): Promise<LostRows> {
  const lost = new Map<string, Map<string, RowSet>>()
  for (const follower of cut) {
    const { from, to, reference } = follower.live
    const own = rows.get(from.name) ?? new RowSet()
    const unsure = own.minus(settled.get(follower) ?? new RowSet())
    const found = await follower.findLost(unsure, rows.get(to.name) ?? new RowSet())
    if (found.size === 0) continue
    const ofModel = lost.get(from.name) ?? new Map<string, RowSet>()
    lost.set(from.name, ofModel.set(reference.name, found))
  }
  return lost
}

async function selectEach(
  { client, chunkRows }: RowSource,
  plans: ReadonlyMap<string, ExportPlan>,
  { rows, ways, lost }: Closure & { readonly lost: LostRows },
): Promise<ReadonlyMap<string, RowSelection>> {
  const selections = new Map<string, RowSelection>()
  for (const [name, plan] of plans) {
    const own = rows.get(name) ?? new RowSet()
    selections.set(
      name,
      selectRows({
        plan,
        rows: own,
        isWhole: await isWhole(client, plan, own),
        lost: lost.get(name) ?? new Map(),
        path: stepsOf(ways.get(name) ?? NO_STEPS),
        chunkRows,
      }),
    )
  }
  return selections
}

/** Counting takes long: only where it may be true by the statistics. */
async function isWhole(client: PostgresClient, plan: ExportPlan, rows: RowSet): Promise<boolean> {
  if (rows.size === 0 || rows.size < 0.9 * plan.estimatedRows) return false
  return (await readCount(client, countRows(plan))) === rows.size
}

async function countDangling(
  followers: readonly ReferenceFollower[],
  count: (follower: ReferenceFollower) => Promise<number>,
): Promise<readonly DanglingReference[]> {
  const dangling: DanglingReference[] = []
  for (const follower of followers) {
    const { from, reference } = follower.live
    if (reference.hasForeignKey) continue
    const rows = await count(follower)
    if (rows > 0) dangling.push({ model: from.name, reference: reference.name, rows })
  }
  return dangling
}
