import type { ExportPlan } from './export-plan.js'
import { RowSet } from './row-set.js'
import { type RowSource, readRows } from './row-source.js'
import { newestOf } from './slice-statements.js'

/** The newest of some rows: chunk by chunk, each together with the newest of those before. */
export async function findNewest(
  { client, chunkRows }: RowSource,
  { plan, rows, count }: { plan: ExportPlan; rows: RowSet; count: number },
): Promise<RowSet> {
  if (rows.size <= count) return rows
  let newest = new RowSet()
  if (count === 0) return newest
  for (const chunk of rows.chunks(chunkRows)) {
    const chunks = [...newest.chunks(Number.MAX_SAFE_INTEGER), chunk]
    newest = await readRows(client, newestOf(plan, count, chunks))
  }
  return newest
}
