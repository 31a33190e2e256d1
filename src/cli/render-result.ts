import type { ImportResult, ModelResult } from '../index.js'
import { alignRanges } from './key-range.js'
import { formatCount, formatNumberOf, formatRate, formatSeconds } from './quantity.js'
import { renderNulled } from './render-missing.js'
import { renderTable, type TableColumn } from './render-table.js'
import { shortBatchId } from './short-batch-id.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** What an import did, for people: a row per model, then what was verified. */
export function renderResult(result: ImportResult, look: Look): string {
  const { colors, width } = look
  const warnings = result.warnings.flatMap((warning) =>
    wrapText(warning, { width, first: '! ', rest: '  ' }),
  )
  const nulled = renderNulled(result.models, look)
  return [
    renderModels(result.models, look),
    ...(nulled === null ? [] : [nulled]),
    ...(warnings.length > 0 ? [colors.yellow(warnings.join('\n'))] : []),
    ...renderRejects(result, look),
    renderOutcome(result, look),
  ].join('\n\n')
}

function renderModels(models: readonly ModelResult[], look: Look): string {
  const rangeOf = ({ keys, strategy }: ModelResult) => keys ?? (strategy === 'none' ? 'kept' : '–')
  const renderRange = alignRanges(models.map(rangeOf))
  const columns: readonly TableColumn<ModelResult>[] = [
    { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
    { head: 'Rows', cell: ({ loaded }) => formatCount(loaded), align: 'right' },
    ...(models.some(({ updated }) => updated > 0) ? [UPDATED] : []),
    ...(models.some(({ skipped }) => skipped > 0) ? [SKIPPED] : []),
    ...(models.some(({ rejected }) => rejected > 0) ? [REJECTED] : []),
    { head: 'New keys', cell: (model) => renderRange(rangeOf(model)) },
    { head: 'Time', cell: ({ seconds }) => formatSeconds(seconds), align: 'right' },
    {
      head: 'Speed',
      cell: ({ loaded, seconds }) => formatRate(loaded, seconds) ?? '',
      align: 'right',
    },
  ]
  return renderTable(columns, models, look)
}

/** Rows that were there and are changed: shown where there are any. */
const UPDATED: TableColumn<ModelResult> = {
  head: 'Updated',
  cell: ({ updated }) => formatCount(updated),
  align: 'right',
}

/** Rows that were left out: shown where there are any. */
const SKIPPED: TableColumn<ModelResult> = {
  head: 'Skipped',
  cell: ({ skipped }) => formatCount(skipped),
  align: 'right',
}

/** Rows that were put aside: shown where there are any. */
const REJECTED: TableColumn<ModelResult> = {
  head: 'Rejected',
  cell: ({ rejected }) => formatCount(rejected),
  align: 'right',
}

/** Where rejected rows are, and what to do with them. */
function renderRejects(
  { models, rejects }: ImportResult,
  { colors, width }: Look,
): readonly string[] {
  if (rejects === null) return []
  const rows = models.reduce((sum, { rejected }) => sum + rejected, 0)
  const text = `✖ ${formatNumberOf(rows, 'row')} rejected: ${rejects.files.join(', ')} in ${rejects.folder}`
  const lines = wrapText(text, { width, first: '', rest: '  ' })
  const fix = wrapText(`→ Correct them, then: prisma-gyro import ${rejects.folder}`, {
    width,
    first: '  ',
    rest: '    ',
  })
  return [[...lines.map(colors.red), ...fix.map(colors.cyan)].join('\n')]
}

/** The closing lines: what holds for all rows together, and what the import is called. */
function renderOutcome(
  { batch, seconds, models, checks }: ImportResult,
  { colors, width }: Look,
): string {
  const rows = models.reduce((sum, { loaded, updated }) => sum + loaded + updated, 0)
  const rate = formatRate(rows, seconds)
  const proofs = checks.filter(({ name }) => name === 'references').map(({ detail }) => detail)
  const verified = [`Verified ${formatNumberOf(rows, 'row')}.`, ...proofs].join(' ')
  const took = [formatSeconds(seconds), ...(rate === null ? [] : [rate])].join(', ')
  const margins = { width, first: '', rest: '  ' }
  const undo = `Undo with: npx prisma-gyro rollback ${shortBatchId(batch.id)}`
  return [
    ...wrapText(`✔ ${verified}`, margins).map((line) => colors.green(line)),
    ...wrapText(`Batch ${batch.name} (${batch.id}): ${took}.`, margins),
    ...(batch.isUndoable ? [undo] : []),
  ].join('\n')
}
