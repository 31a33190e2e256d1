import { isSameTable, type TableName } from '../postgres/identifier.js'
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
  const count = (tables: readonly Rows[]) =>
    tables.reduce((total, { estimatedRows }) => total + Math.max(estimatedRows, 0) / 1e6, 0)
  const rowsOf = (name: TableName) =>
    count(models.filter(({ table }) => isSameTable(table, name))) +
    count(locked.filter((table) => isSameTable(table, name)))
  const sum = (tables: readonly TableName[]) =>
    tables.reduce((total, table) => total + rowsOf(table), 0)
  return (
    count(models) * COPY +
    sum(indexes.map(({ index }) => index)) * INDEX +
    sum(foreignKeys) * FOREIGN_KEY +
    (indexes.length + foreignKeys.length) * EACH
  )
}

/** -1 where nobody has counted. */
type Rows = Pick<LockedTable, 'estimatedRows'>
