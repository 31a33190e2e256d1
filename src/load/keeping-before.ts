import type { PostgresClient } from '../postgres/client.js'
import type { LoadJournal } from './load-journal.js'
import { changesOnTheWay, imageKeyOf, rowsToUpdate } from './rows-to-update.js'
import type { WaitingModel, WrittenRows } from './waiting-model.js'

/** So often it is tried before others are told to stop inserting the same rows. */
const MAX_TRIES = 5

interface UpdatingWrite {
  /** The models of which rows may be updated. */
  readonly updates: readonly WaitingModel[]
  /** Gives what it did to the table of each model. */
  readonly write: () => Promise<ReadonlyMap<string, WrittenRows>>
}

/**
 * Has the journal keep what rows are before `write` updates them. An INSERT meets rows that another
 * program commits after all looks: then it is undone, and done again with these rows in sight.
 *
 * @throws {GyroError} `HISTORY.ROWS_APPEARED` where there are new ones every time.
 */
export async function keepingBefore(
  client: PostgresClient,
  journal: LoadJournal,
  { updates, write }: UpdatingWrite,
): Promise<ReadonlyMap<string, WrittenRows>> {
  if (updates.length === 0) return write()
  await client.query('savepoint prisma_gyro_images')
  for (let tries = 1; ; tries++) {
    const kept = await keepBefore(journal, updates)
    const written = await write()
    const missed = kept.find(({ model, rows }) => rows < (written.get(model)?.updated ?? 0))
    if (missed === undefined) {
      await client.query('release savepoint prisma_gyro_images')
      return written
    }
    if (tries === MAX_TRIES) throw journal.missed(missed.model)
    await client.query('rollback to savepoint prisma_gyro_images')
  }
}

/** How many rows were kept of each model. */
async function keepBefore(
  journal: LoadJournal,
  updates: readonly WaitingModel[],
): Promise<readonly { readonly model: string; readonly rows: number }[]> {
  const kept: { readonly model: string; readonly rows: number }[] = []
  for (const waiting of updates) {
    const { model, conflict = null } = waiting
    if (conflict === null) continue
    const wanted = { key: imageKeyOf(model), areAll: changesOnTheWay(model) }
    const select = rowsToUpdate(waiting, conflict, wanted)
    const columns = conflict.updated.map(({ column }) => column)
    const rows = await journal.keepBefore({ model: model.model, columns, select })
    kept.push({ model: model.model, rows })
  }
  return kept
}
