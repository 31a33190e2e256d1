import type { CsvPosition } from '../csv/csv-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { queryRows } from '../postgres/client.js'
import { repeatedTargets } from './conflict-clause.js'
import { expectPosition } from './find-position.js'
import type { LoadContext } from './load-context.js'
import { repeatedTarget } from './load-error.js'

/**
 * Sees to it that no two rows that wait would meet the same row: the second would be taken for one that
 * was there.
 *
 * @throws {GyroError} `LOAD.DUPLICATE` with both lines.
 */
export async function expectNoRepeats(
  { client }: LoadContext,
  waiting: readonly { readonly model: PreparedModel; readonly select: string }[],
): Promise<void> {
  for (const { model, select } of waiting) {
    const { conflict, key } = model
    // Rows that were looked up before have been compared with each other then.
    if (conflict === null || KEYED.includes(key?.kind)) continue
    const text = repeatedTargets(select, conflict)
    const [repeat] = await queryRows<{ first: string; last: string }>(client, { text, values: [] })
    if (repeat === undefined) continue
    const index = model.columns.findIndex(({ column }) => conflict.target.includes(column))
    const places: CsvPosition[] = []
    for (const row of [repeat.first, repeat.last]) {
      places.push(await expectPosition(Number(row), index, model))
    }
    throw repeatedTarget(model.model, conflict.target, places)
  }
}

const KEYED: readonly unknown[] = ['matched', 'hashed']
