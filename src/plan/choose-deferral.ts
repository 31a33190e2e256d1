import type { PostgresClient } from '../postgres/client.js'
import { readStructure } from '../postgres/structure.js'
import { readLockedTables } from '../postgres/table-locks.js'
import { estimateLoadSeconds } from './estimate-load.js'
import { listTables, planDeferral } from './plan-deferral.js'
import { notOwner } from './plan-error.js'
import type { ReleaseBasis } from './prepared-import.js'
import { type ReleaseChoice, STAY } from './release-choice.js'
import { cannotDefer } from './release-error.js'

/**
 * Decides which foreign keys are made deferrable for the length of the load. That takes the owner of
 * their tables; where all are deferrable already, it takes nothing.
 */
export async function chooseDeferral(
  client: PostgresClient,
  { decided, catalog }: ReleaseBasis,
): Promise<ReleaseChoice> {
  const { models } = decided
  const tables = listTables(models)
  const structure = await readStructure(client, tables)
  const foreignKeys = planDeferral(structure, tables)
  if (catalog.isCitus && foreignKeys.length > 0) {
    return { ...STAY, problems: [cannotDefer(foreignKeys.map(({ name }) => name))] }
  }
  const locked = await readLockedTables(client, foreignKeys)
  const barred = locked.filter(({ isOwned }) => !isOwned)
  if (barred.length > 0) {
    return { ...STAY, problems: [notOwner('deferred', barred)] }
  }
  const why =
    'As asked for: rows are copied in any order, and PostgreSQL checks every foreign key when all are there.'
  const seconds = estimateLoadSeconds('deferred', models, structure)
  return { ...STAY, release: { technique: 'deferred', why, locked, seconds } }
}
