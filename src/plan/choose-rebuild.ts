import type { GyroError } from '../error/gyro-error.js'
import type { PostgresClient } from '../postgres/client.js'
import { readStructure } from '../postgres/structure.js'
import { findFilledTable, type LockedTable, readLockedTables } from '../postgres/table-locks.js'
import { estimateRebuildSeconds } from './estimate-rebuild.js'
import type { ForeignKeyMode } from './import-plan.js'
import { notOwner } from './plan-error.js'
import { planRebuild, type RebuildPlan } from './plan-rebuild.js'
import type { PreparedModel, PreparedRebuild } from './prepared-import.js'

interface RebuildChoice {
  /** Null when foreign keys and indexes stay in place. */
  readonly rebuild: PreparedRebuild | null
  readonly problems: readonly GyroError[]
}

/** Smallest load in bytes that `auto` rebuilds for: bench/README.md says how it was measured. */
const MIN_BYTES = 2_000_000

const STAY: RebuildChoice = { rebuild: null, problems: [] }

/**
 * Decides whether foreign keys and indexes are taken away for the load. Left to itself it does so only
 * where nobody is held up: the role owns every table that would be locked, and all of these are empty.
 * Triggers may need the indexes, so that tables which have any are left alone.
 */
export async function chooseRebuild(
  client: PostgresClient,
  mode: ForeignKeyMode,
  models: readonly PreparedModel[],
): Promise<RebuildChoice> {
  const bytes = models.reduce((sum, { source }) => sum + source.bytes, 0)
  const mayPay = bytes >= MIN_BYTES && models.every(({ triggers }) => triggers.length === 0)
  if (mode === 'checked' || (mode === 'auto' && !mayPay)) {
    return STAY
  }
  const tables = models.map(({ table }) => table)
  const plan = planRebuild(await readStructure(client, tables), tables)
  const locked = await readLockedTables(client, plan.locked)
  const barred = locked.filter(({ isOwned, canCreate }) => !isOwned || !canCreate)
  if (mode === 'auto' && (barred.length > 0 || !(await isFree(client, plan, locked)))) {
    return STAY
  }
  if (barred.length > 0) {
    return { rebuild: null, problems: [notOwner(barred)] }
  }
  const reason =
    mode === 'rebuild'
      ? 'As asked for'
      : 'Every table that this locks is empty and the load is big enough to pay'
  const why = `${reason}: foreign keys and indexes are dropped, then made again, which checks every row.`
  const { kept, keptForeignKeys } = plan
  const seconds = estimateRebuildSeconds(plan, models, locked)
  return { rebuild: { why, locked, kept, keptForeignKeys, seconds }, problems: [] }
}

/** Whether there is something to gain, and nobody to wait. */
async function isFree(
  client: PostgresClient,
  { foreignKeys, indexes }: RebuildPlan,
  locked: readonly LockedTable[],
): Promise<boolean> {
  return (
    foreignKeys.length + indexes.length > 0 &&
    locked.every(({ isReadable }) => isReadable) &&
    (await findFilledTable(client, locked)) === null
  )
}
