import type { TwoPassWay } from '../plan/load-way.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { queryRows } from '../postgres/client.js'
import { insertWaiting } from './cycle-loader.js'
import { type LoadContext, sentColumns, type TrackLoad } from './load-context.js'
import { selectStaged, stagingTable, updateFromStaging } from './staging.js'
import { openStagingRoom } from './staging-room.js'
import { explainStatementFailure } from './translate-refusal.js'

/**
 * Loads a circle where it cannot be one statement: rows go in from temporary tables, model after model,
 * with references left NULL that are filled in when all rows are there. Takes the privilege to read and
 * to update the tables. The time of the second pass counts for the last model.
 *
 * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*` for the files; `LOAD.*` for what PostgreSQL refuses.
 */
export async function loadInTwoPasses(
  context: LoadContext,
  models: readonly PreparedModel[],
  { way, track }: { readonly way: TwoPassWay; readonly track: TrackLoad },
): Promise<void> {
  const room = openStagingRoom(context)
  const ordered = way.order.flatMap((name) => models.filter(({ model }) => model === name))
  for (const [place, model] of ordered.entries()) {
    await track(model, async (report) => {
      const { loaded } = await room.take(model, report)
      const { columns: later = [] } =
        way.filledLater.find((each) => each.model === model.model) ?? {}
      const columns = sentColumns(model)
      const select = selectStaged(stagingTable(place), columns, later)
      const { table, conflict } = model
      const rows = { model, table, columns, select, conflict, rows: loaded.rows }
      await insertWaiting(context, [rows], [])
      if (place === ordered.length - 1) {
        await fillIn(context, ordered, way)
        await room.leave()
      }
      return loaded
    })
  }
}

/** The second pass. */
async function fillIn(
  context: LoadContext,
  ordered: readonly PreparedModel[],
  { filledLater }: TwoPassWay,
): Promise<void> {
  for (const [place, model] of ordered.entries()) {
    const later = filledLater.find((each) => each.model === model.model)
    if (later === undefined) continue
    try {
      await queryRows(context.client, updateFromStaging(model.table, stagingTable(place), later))
    } catch (error) {
      throw await explainStatementFailure(context, error, [model])
    }
  }
}
