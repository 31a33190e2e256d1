import type {
  MissingIndex,
  ModelRollback,
  OutsideReference,
  RollbackPlan,
  RollbackResult,
  TableRows,
} from '../index.js'
import { printable } from './printable.js'
import { formatCount, formatNumberOf, formatRate, formatSeconds } from './quantity.js'
import { renderErrors } from './render-error.js'
import { renderSection } from './render-section.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** What a rollback would do, for people: what goes, who refers to it, what is in the way. */
export function renderRollbackPlan(plan: RollbackPlan, look: Look): string {
  const { batch, models, takenAlong, references, missingIndexes, triggers, problems } = plan
  const { colors, width } = look
  const title = `Rollback: ${batch.name} (${batch.id}) from ${plan.target}`
  const imported = `Imported ${batch.createdAt} by ${batch.role}; now ${batch.status}`
  const sections = [
    [
      ...wrapText(title, { width, first: '', rest: '  ' }).map((line) => colors.bold(line)),
      ...wrapText(imported, { width, first: '', rest: '  ' }),
    ].join('\n'),
    models.length === 0 ? 'It has written no row.' : renderModels(models, look),
    renderTakenAlong(takenAlong, look),
    renderSection('Rows of others that refer to them', references.map(describeReference), look),
    renderIndexes(
      missingIndexes.filter(({ isWorthwhile }) => isWorthwhile),
      look,
    ),
    renderSection(
      'Triggers that fire',
      triggers.map(({ table, name }) => `${table}: ${name}`),
      look,
    ),
    renderWarnings(plan.warnings, look),
    problems.length === 0
      ? null
      : `${colors.bold('Problems')}\n${renderErrors(problems, look, '  ')}`,
  ]
  return sections.filter((section) => section !== null).join('\n\n')
}

/** What a rollback did, for people. */
export function renderRollback(result: RollbackResult, look: Look): string {
  const { batch, models, takenAlong, seconds, warnings } = result
  const { colors, width } = look
  const rows = [
    ...models.map(({ deleted, restored }) => deleted + restored),
    ...takenAlong.map((each) => each.rows),
  ].reduce((sum, count) => sum + count, 0)
  const rate = formatRate(rows, seconds)
  const took = [formatSeconds(seconds), ...(rate === null ? [] : [rate])].join(', ')
  const done = `✔ Rolled back ${batch.name} (${batch.id}): ${formatNumberOf(rows, 'row')} in ${took}.`
  const sections = [
    models.length === 0 ? null : renderModels(models, look),
    renderTakenAlong(takenAlong, look),
    renderWarnings(warnings, look),
    wrapText(done, { width, first: '', rest: '  ' })
      .map((line) => colors.green(line))
      .join('\n'),
  ]
  return sections.filter((section) => section !== null).join('\n\n')
}

function renderModels(models: readonly ModelRollback[], look: Look): string {
  const columns: readonly TableColumn<ModelRollback>[] = [
    { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
    { head: 'Table', cell: ({ table }) => table, narrow: 'drop' },
    { head: 'Deleted', cell: ({ deleted }) => formatCount(deleted), align: 'right' },
    ...OPTIONAL.filter(({ of }) => models.some((model) => of(model) > 0)).map(
      ({ head, of }): TableColumn<ModelRollback> => ({
        head,
        cell: (model) => formatCount(of(model)),
        align: 'right',
      }),
    ),
  ]
  return renderTable(columns, models, look)
}

/** Shown where there are any. */
const OPTIONAL: readonly {
  readonly head: string
  readonly of: (model: ModelRollback) => number
}[] = [
  { head: 'Restored', of: ({ restored }) => restored },
  { head: 'Changed since', of: ({ changed }) => changed },
  { head: 'Gone', of: ({ missing, isUncertain }) => (isUncertain ? 0 : missing) },
  { head: 'Gone or changed', of: ({ missing, isUncertain }) => (isUncertain ? missing : 0) },
]

function renderTakenAlong(tables: readonly TableRows[], look: Look): string | null {
  const lines = tables.map(({ table, rows }) => `${table}: ${formatNumberOf(rows, 'row')}`)
  return renderSection('Rows of others that go with them', lines, look)
}

function describeReference(reference: OutsideReference): string {
  const { constraint, table, columns, target, onDelete, rows, keys } = reference
  const by = constraint ?? `${columns.join(', ')}, no foreign key`
  const action = onDelete === 'unchecked' ? '' : `, on delete ${onDelete}`
  const known = keys.filter((key) => key.length > 0).map((key) => key.join('/'))
  const more = rows > known.length ? ', …' : ''
  const sample = known.length === 0 ? '' : `: ${known.join(', ')}${more}`
  return `${table} → ${target} by ${by}${action}: ${formatNumberOf(rows, 'row')}${sample}`
}

/** Statements to be copied as they stand: no line of SQL is broken or indented. */
function renderIndexes(indexes: readonly MissingIndex[], { colors, width }: Look): string | null {
  if (indexes.length === 0) return null
  const lines = indexes.map(({ constraint, table, rows }) => {
    const size = rows === null ? 'never counted' : `about ${formatNumberOf(rows, 'row')}`
    return `  ${constraint} of ${table} (${size})`
  })
  const why =
    'PostgreSQL reads the whole table for every deleted row. These would cure it, made before the rollback:'
  return [
    colors.bold('Foreign keys without an index'),
    ...lines.map(printable),
    ...wrapText(why, { width, first: '    ', rest: '    ' }).map((line) => colors.dim(line)),
    ...indexes.map(({ statement }) => printable(statement)),
  ].join('\n')
}

function renderWarnings(warnings: readonly string[], { colors, width }: Look): string | null {
  const lines = warnings.flatMap((text) => wrapText(text, { width, first: '! ', rest: '  ' }))
  return lines.length === 0 ? null : colors.yellow(lines.join('\n'))
}
