import type { PrunedBatch, PruneResult } from '../index.js'
import { describeStatus, formatTime, shortId } from './batch-text.js'
import { formatCount, formatNumberOf } from './quantity.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** What was pruned, or would be, for people. */
export function renderPruning({ dryRun, batches }: PruneResult, look: Look): string {
  if (batches.length === 0) return 'There is nothing that old to drop.'
  const count = formatNumberOf(batches.length, 'import')
  const sum = dryRun
    ? `${count} could not be looked up or rolled back any more.`
    : `✔ Pruned ${count}: PostgreSQL uses the room again once it has vacuumed the tables.`
  const lines = wrapText(sum, { width: look.width, first: '', rest: '  ' })
  const color = dryRun ? look.colors.yellow : look.colors.green
  return `${renderTable(COLUMNS, batches, look)}\n\n${lines.map(color).join('\n')}`
}

const COLUMNS: readonly TableColumn<PrunedBatch>[] = [
  { head: 'Batch', cell: ({ id }) => shortId(id) },
  { head: 'Name', cell: ({ name }) => name, narrow: 'cut' },
  { head: 'Status', cell: ({ status }) => describeStatus({ status, runner: null }) },
  { head: 'Ended (UTC)', cell: ({ finishedAt }) => formatTime(finishedAt) },
  { head: 'Key ranges', cell: ({ ranges }) => formatCount(ranges), align: 'right' },
  { head: 'Keys', cell: ({ keys }) => formatCount(keys), align: 'right' },
  { head: 'Rows before', cell: ({ images }) => formatCount(images), align: 'right' },
]
