import type { ExportedStep, ExportPlanResult, ExportResult, PlannedExport } from '../index.js'
import { formatBytes, formatCount, formatNumberOf, formatRate, formatSeconds } from './quantity.js'
import { renderSection } from './render-section.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

type Exported = ExportResult['models'][number]

/** What an export has written, for people. */
export function renderExport(result: ExportResult, look: Look): string {
  const { colors, width } = look
  const { models, seconds, snapshotTime, folder, warnings } = result
  const rows = models.reduce((sum, model) => sum + model.rows, 0)
  const bytes = models.reduce((sum, model) => sum + model.bytes, 0)
  const rate = formatRate(rows, seconds)
  const facts = [formatBytes(bytes), formatSeconds(seconds), ...(rate === null ? [] : [rate])]
  const done = `✔ ${formatNumberOf(rows, 'row')} in ${folder}, as they were at ${snapshotTime}.`
  const margins = { width, first: '', rest: '  ' }
  const sections = [
    renderTable(COLUMNS, models, look),
    renderSection('References that became NULL', listPruned(models), look),
    renderWarnings(warnings, look),
    [...wrapText(done, margins).map((line) => colors.green(line)), `${facts.join(', ')}.`].join(
      '\n',
    ),
  ]
  return sections.filter((section) => section !== null).join('\n\n')
}

/** `Product.category: 2 rows` */
function listPruned(models: readonly Pick<Exported, 'model' | 'pruned'>[]): readonly string[] {
  return models.flatMap(({ model, pruned }) =>
    pruned.map(({ reference, rows }) => `${model}.${reference}: ${formatNumberOf(rows, 'row')}`),
  )
}

const COLUMNS: readonly TableColumn<Exported>[] = [
  { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
  { head: 'Rows', cell: ({ rows }) => formatCount(rows), align: 'right' },
  { head: 'Size', cell: ({ bytes }) => formatBytes(bytes), align: 'right' },
  { head: 'File', cell: ({ file }) => file, narrow: 'cut' },
]

/** What an export would write, for people. */
export function renderExportPlan(plan: ExportPlanResult, look: Look): string {
  const { target, models, warnings } = plan
  const masked = models.flatMap(({ model, columns }) =>
    columns.flatMap(({ field, mask }) => (mask === null ? [] : [`${model}.${field}: ${mask}`])),
  )
  const isSlice = models.some(({ isCounted }) => isCounted)
  const columns = isSlice ? [...PLAN_COLUMNS, WHY] : PLAN_COLUMNS
  const sections = [
    `Export of ${target}`,
    renderTable(columns, models, look),
    renderSection('References that become NULL', listPruned(models), look),
    renderSection('Masked', masked, look),
    renderWarnings(warnings, look),
  ]
  return sections.filter((section) => section !== null).join('\n\n')
}

const PLAN_COLUMNS: readonly TableColumn<PlannedExport>[] = [
  { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
  { head: 'Rows', cell: renderRows, align: 'right' },
  { head: 'File', cell: ({ file }) => file, narrow: 'cut' },
]

/** Why rows are in: of interest only where some are not. */
const WHY: TableColumn<PlannedExport> = {
  head: 'Because of',
  cell: ({ path }) => (path.length === 0 ? 'itself' : path.map(describeStep).join(', ')),
  narrow: 'wrap',
}

function renderRows({ rows, isCounted }: PlannedExport): string {
  if (rows === null) return 'not counted'
  return isCounted ? formatCount(rows) : `about ${formatCount(rows)}`
}

function describeStep({ to, model, reference }: ExportedStep): string {
  // Without a blank, at which a narrow terminal would part the arrow from its reference.
  return `${to === 'children' ? '↓' : '↑'}${model}.${reference}`
}

function renderWarnings(warnings: readonly string[], { colors, width }: Look): string | null {
  const lines = warnings.flatMap((warning) => wrapText(warning, { width, first: '! ', rest: '  ' }))
  return lines.length === 0 ? null : colors.yellow(lines.join('\n'))
}
