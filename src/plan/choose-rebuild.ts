import type { GyroError } from '../error/gyro-error.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, isSameTable } from '../postgres/identifier.js'
import { readStructure } from '../postgres/structure.js'
import { findFilledTable, type LockedTable, readLockedTables } from '../postgres/table-locks.js'
import { estimateRebuildSeconds } from './estimate-rebuild.js'
import { notOwner } from './plan-error.js'
import { planRebuild, type RebuildPlan } from './plan-rebuild.js'
import type { PreparedModel, PreparedRebuild, ReleaseBasis } from './prepared-import.js'
import { type ReleaseChoice, STAY } from './release-choice.js'
import { hiddenRows } from './release-error.js'

/** Smallest load in bytes that `auto` rebuilds for: bench/README.md says how it was measured. */
export const MIN_BYTES = 2_000_000

/**
 * Decides whether foreign keys and indexes are taken away for the load. Left to itself it does so only
 * where nobody is held up: the role owns every table that would be locked, and all of these are empty.
 */
export async function chooseRebuild(
  client: PostgresClient,
  mode: 'auto' | 'rebuild',
  { decided, emptied }: Pick<ReleaseBasis, 'decided' | 'emptied'>,
): Promise<ReleaseChoice> {
  const { models } = decided
  const bytes = models.reduce((sum, { source }) => sum + source.bytes, 0)
  if (mode === 'auto' && bytes < MIN_BYTES) {
    return STAY
  }
  const tables = models.map(({ table }) => table)
  const plan = planRebuild(await readStructure(client, tables), tables)
  const locked = await readLockedTables(client, plan.locked)
  const rebuild = (reason: string) => {
    const otherwise = mode === 'auto' ? decided : null
    return { ...STAY, release: build(reason, { plan, locked, models, otherwise }) }
  }
  if (mode === 'rebuild') {
    const problems = checkLocked(locked)
    return problems.length > 0 ? { ...STAY, problems } : rebuild('As asked for')
  }
  if (locked.length === 0) {
    return STAY
  }
  const obstacle = await findObstacle(client, models, { locked, emptied })
  return obstacle === null
    ? rebuild('Every table that this locks is empty and the load is big enough to pay')
    : { ...STAY, obstacle: `A rebuild would be faster, but ${obstacle}.` }
}

/** What keeps a rebuild from being done unasked; null when nothing does. */
async function findObstacle(
  client: PostgresClient,
  models: readonly PreparedModel[],
  { locked, emptied }: { readonly locked: readonly LockedTable[] } & Pick<ReleaseBasis, 'emptied'>,
): Promise<string | null> {
  const barred = locked.find(isBarred)
  if (barred !== undefined) {
    return `the role may not change ${displayName(barred)}`
  }
  const triggered = models.find(({ triggers }) => triggers.length > 0)
  if (triggered !== undefined) {
    return `the triggers of ${displayName(triggered.table)} may need its keys and indexes`
  }
  const hidden = locked.find(({ isReadable }) => !isReadable)
  if (hidden !== undefined) {
    return `the role may not see whether ${displayName(hidden)} is empty`
  }
  const kept = locked.filter((table) => !emptied.some((other) => isSameTable(other, table)))
  const filled = await findFilledTable(client, kept)
  return filled === null
    ? null
    : `${displayName(filled)} holds rows, and nobody else could use it until COMMIT`
}

/** What stands against changing these tables. A foreign key made again is checked as the role sees rows. */
function checkLocked(locked: readonly LockedTable[]): readonly GyroError[] {
  const barred = locked.filter(isBarred)
  const hidden = locked.filter(({ hasRowSecurity }) => hasRowSecurity)
  return [
    ...(barred.length > 0 ? [notOwner('rebuild', barred)] : []),
    ...(hidden.length > 0 ? [hiddenRows(hidden.map(displayName))] : []),
  ]
}

function isBarred({ isOwned, canCreate }: LockedTable): boolean {
  return !isOwned || !canCreate
}

function build(
  reason: string,
  parts: {
    readonly plan: RebuildPlan
    readonly locked: readonly LockedTable[]
    readonly models: readonly PreparedModel[]
    readonly otherwise: PreparedRebuild['otherwise']
  },
): PreparedRebuild {
  const { plan, locked, models, otherwise } = parts
  const { kept, keptForeignKeys } = plan
  return {
    technique: 'rebuild',
    why: `${reason}: foreign keys and indexes are dropped, then made again, which checks every row.`,
    locked,
    kept,
    keptForeignKeys,
    seconds: estimateRebuildSeconds(plan, models, locked),
    otherwise,
  }
}
