import type { ImportSummary } from '../index.js'
import { describeStatus, formatTime, shortId } from './batch-text.js'
import { formatCount, formatSeconds } from './quantity.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'

/** A list of imports, for people. */
export function renderHistory(imports: readonly ImportSummary[], look: Look): string {
  return renderTable(COLUMNS, imports, look)
}

const COLUMNS: readonly TableColumn<ImportSummary>[] = [
  { head: 'Batch', cell: ({ id }) => shortId(id) },
  { head: 'Name', cell: ({ name }) => name, narrow: 'cut' },
  { head: 'Status', cell: describeStatus },
  { head: 'When (UTC)', cell: ({ createdAt }) => formatTime(createdAt) },
  { head: 'Who', cell: ({ role }) => role, narrow: 'cut' },
  {
    head: 'Rows',
    cell: ({ rows }) => formatCount(rows.loaded + rows.updated),
    align: 'right',
  },
  {
    head: 'Time',
    cell: ({ seconds }) => (seconds === null ? '–' : formatSeconds(seconds)),
    align: 'right',
  },
]
