import type { PreparedModel } from '../plan/prepared-import.js'
import { type PostgresClient, queryRow, queryRows, runAll } from '../postgres/client.js'
import type { TableName } from '../postgres/identifier.js'
import { mayUpdate } from './conflict-clause.js'
import { expectNoRepeats } from './expect-no-repeats.js'
import { insertKeeping } from './insert-keeping.js'
import { keepingBefore } from './keeping-before.js'
import {
  type LoadContext,
  type LoadedModel,
  type ReportProgress,
  sentColumns,
  type TrackLoad,
} from './load-context.js'
import { rowCountDiffers } from './load-error.js'
import { insertSelected, insertTogether } from './staging.js'
import { explainStatementFailure } from './translate-refusal.js'
import { createCounters, dropCounters, readCounter, updateCounter } from './update-counter.js'
import type { WaitingModel, WrittenRows } from './waiting-model.js'

/** Where the rows of models wait for the statement that inserts them. */
export interface WaitingRoom {
  /** Takes the rows of the next model. */
  take(model: PreparedModel, onProgress: ReportProgress): Promise<RowsTaken>
  /** Gives free what the rows took. */
  leave(): Promise<void>
}

interface RowsTaken {
  readonly loaded: LoadedModel
  /** SQL that gives the rows, with values for `sentColumns` in their order. */
  readonly select: string
  /** The parameters of that SQL. Their numbers go on from those of the model before. */
  readonly values: readonly unknown[]
}

/**
 * Loads models by one statement: those of a circle, or one whose policies COPY cannot check. The time
 * of the statement counts for the last model.
 *
 * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the files; `LOAD.*` for what PostgreSQL refuses.
 */
export async function loadTogether(
  context: LoadContext,
  models: readonly PreparedModel[],
  { room, track }: { readonly room: WaitingRoom; readonly track: TrackLoad },
): Promise<void> {
  const waiting: WaitingModel[] = []
  const values: unknown[] = []
  for (const model of models) {
    await track(model, async (report) => {
      const { loaded, select, values: own } = await room.take(model, report)
      const columns = sentColumns(model)
      const { table, conflict } = model
      waiting.push({ model, table, columns, select, conflict, rows: loaded.rows })
      values.push(...own)
      if (waiting.length === models.length) {
        await insertWaiting(context, waiting, values)
        await room.leave()
      }
      return loaded
    })
  }
}

/**
 * Inserts what waits, by one statement.
 *
 * @throws {GyroError} `LOAD.*`; `HISTORY.ROWS_APPEARED`.
 */
export async function insertWaiting(
  context: LoadContext,
  waiting: readonly WaitingModel[],
  values: readonly unknown[],
): Promise<void> {
  const { client, journal = null } = context
  await expectNoRepeats(context, waiting)
  const write = () => writeWaiting(context, waiting, values)
  const updates = waiting.filter(({ model }) => mayUpdate(model.conflict))
  const counts =
    journal === null || journal.keepsReturned
      ? await write()
      : await keepingBefore(client, journal, { updates, write })
  for (const { model, rows } of waiting) {
    const { inserted, updated } = counts.get(model.model) as WrittenRows
    if (model.conflict === null && inserted !== rows) {
      throw rowCountDiffers(model.model, { sent: rows, stored: inserted })
    }
    if (model.conflict !== null) {
      context.met.set(model.model, { updated, unchanged: rows - inserted - updated })
    }
  }
}

/** Gives what was written, by model, and has the journal know of it. */
async function writeWaiting(
  context: LoadContext,
  waiting: readonly WaitingModel[],
  values: readonly unknown[],
): Promise<ReadonlyMap<string, WrittenRows>> {
  const { client, journal = null } = context
  const models = waiting.map(({ model }) => model)
  const isKept = models.some(({ conflict }) => mayUpdate(conflict))
  let counts: readonly WrittenRows[]
  try {
    counts =
      journal?.keepsReturned && isKept
        ? await insertKeeping(client, journal, { waiting, values })
        : await countWritten(client, waiting, values)
  } catch (error) {
    throw await explainStatementFailure(context, error, models)
  }
  for (const [place, { model }] of models.entries()) {
    const { inserted, updated } = counts[place] as WrittenRows
    await journal?.wroteRows(model, inserted + updated)
  }
  return new Map(models.map(({ model }, place) => [model, counts[place] as WrittenRows]))
}

/** Gives how many rows went into each table, and how many were changed there. */
async function countWritten(
  client: PostgresClient,
  waiting: readonly WaitingModel[],
  values: readonly unknown[],
): Promise<readonly WrittenRows[]> {
  const counters = waiting.map(({ model }, place) =>
    mayUpdate(model.conflict) ? updateCounter(place) : null,
  )
  const used = counters.filter((counter) => counter !== null)
  await runAll(client, createCounters(used))
  const written = await countStored(client, waiting, values)
  const counts: WrittenRows[] = []
  for (const [place, stored] of written.entries()) {
    const counter = counters[place] ?? null
    const updated = counter === null ? 0 : await countUpdated(client, counter)
    counts.push({ inserted: stored - updated, updated })
  }
  await runAll(client, dropCounters(used))
  return counts
}

async function countUpdated(client: PostgresClient, counter: TableName): Promise<number> {
  const { count } = await queryRow<{ count: string }>(client, readCounter(counter))
  return Number(count)
}

/** Gives how many rows each table took, new ones and others. */
async function countStored(
  client: PostgresClient,
  waiting: readonly WaitingModel[],
  values: readonly unknown[],
): Promise<readonly number[]> {
  const [first, ...others] = waiting
  if (first !== undefined && others.length === 0) {
    // A plain INSERT: what Citus takes is not the other one.
    const { rowCount } = await client.query({
      text: insertSelected(first).text,
      values: [...values],
    })
    return [Number(rowCount)]
  }
  const counts = await queryRows<{ count: string }>(client, insertTogether(waiting, values))
  return counts.map(({ count }) => Number(count))
}
