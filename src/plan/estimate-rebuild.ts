import { type TableName, tableKey } from '../postgres/identifier.js'
import type { LockedTable } from '../postgres/table-locks.js'
import type { RebuildPlan } from './plan-rebuild.js'
import type { PreparedModel } from './prepared-import.js'

/** Seconds for a million rows, as measured with the workload `shop`: see bench/README.md. */
const COPY = 1
const INDEX = 0.4
const FOREIGN_KEY = 0.25

/** Dropping and making one again takes so many seconds even where there are no rows. */
const EACH = 0.003

/** How long a rebuild holds its locks, within a factor of three on a machine like any. */
export function estimateRebuildSeconds(
  { indexes, foreignKeys }: Pick<RebuildPlan, 'indexes' | 'foreignKeys'>,
  models: readonly Pick<PreparedModel, 'table' | 'estimatedRows'>[],
  locked: readonly LockedTable[],
): number {
  const loaded = new Map(models.map((model) => [tableKey(model.table), model.estimatedRows]))
  const stored = new Map(locked.map((table) => [tableKey(table), Math.max(table.estimatedRows, 0)]))
  const rowsOf = (rows: ReadonlyMap<string, number>, table: TableName) =>
    (rows.get(tableKey(table)) ?? 0) / 1e6
  const sum = (tables: readonly TableName[]) =>
    tables.reduce((total, each) => total + rowsOf(loaded, each) + rowsOf(stored, each), 0)
  return (
    [...loaded.values()].reduce((total, rows) => total + rows / 1e6, 0) * COPY +
    sum(indexes.map(({ index }) => index)) * INDEX +
    sum(foreignKeys) * FOREIGN_KEY +
    (indexes.length + foreignKeys.length) * EACH
  )
}
