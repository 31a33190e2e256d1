import type { ImportPlan, ModelPlan, PlannedReference, PlanStep } from '../index.js'
import { alignRanges, type KeyRange } from './key-range.js'
import { formatBytes, formatCount } from './quantity.js'
import { renderDialects } from './render-dialects.js'
import { renderErrors } from './render-error.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/**
 * A plan for people: what is loaded in which order, how and why, and what is in the way.
 *
 * @param folder As the user wrote it.
 */
export function renderPlan(plan: ImportPlan, folder: string, look: Look): string {
  const { colors, width } = look
  const sections = [
    wrapText(`Plan: ${folder} → ${plan.target}`, { width, first: '', rest: '      ' })
      .map((line) => colors.bold(line))
      .join('\n'),
  ]
  if (plan.models.length > 0) {
    sections.push(renderModels(plan.models, look), renderSteps(plan.steps, look))
  }
  if (plan.models.some(({ triggers }) => triggers.length > 0)) {
    sections.push(renderTriggers(plan.models, look))
  }
  const dialects = renderDialects(plan.models, look)
  if (dialects !== null) {
    sections.push(dialects)
  }
  if (plan.drift.length > 0) {
    const drift = plan.drift.flatMap((difference) =>
      wrapText(difference, { width, first: '  ', rest: '    ' }),
    )
    sections.push(`${colors.bold('Where schema and database differ')}\n${drift.join('\n')}`)
  }
  if (plan.warnings.length > 0) {
    const warnings = plan.warnings.flatMap((warning) =>
      wrapText(warning, { width, first: '  ! ', rest: '    ' }),
    )
    sections.push(`${colors.bold('Warnings')}\n${colors.yellow(warnings.join('\n'))}`)
  }
  if (plan.problems.length > 0) {
    sections.push(`${colors.bold('Problems')}\n${renderErrors(plan.problems, look, '  ')}`)
  }
  return sections.join('\n\n')
}

function renderModels(models: readonly ModelPlan[], look: Look): string {
  const renderRange = alignRanges(models.map(plannedRange))
  const columns: readonly TableColumn<ModelPlan>[] = [
    { head: '#', cell: (_, index) => String(index + 1), align: 'right' },
    { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
    { head: 'File', cell: ({ file, files }) => nameFiles(file, files.length), narrow: 'cut' },
    { head: 'Rows', cell: ({ estimatedRows }) => formatEstimate(estimatedRows), align: 'right' },
    { head: 'Size', cell: ({ bytes }) => formatBytes(bytes), align: 'right', narrow: 'drop' },
    { head: 'New keys', cell: (model) => renderRange(plannedRange(model)) },
    {
      head: 'Refers to',
      cell: ({ references }) => describeReferences(references),
      narrow: 'wrap',
    },
  ]
  return renderTable(columns, models, look)
}

/** `Order.001.csv + 2`. */
function nameFiles(first: string, count: number): string {
  return count > 1 ? `${first} + ${count - 1}` : first
}

function formatEstimate(rows: number): string {
  return rows === 0 ? '0' : `≈${formatCount(rows)}`
}

function plannedRange({ keys, strategy, estimatedRows }: ModelPlan): KeyRange | string {
  if (strategy === 'none') {
    return 'kept'
  }
  // A key of another type, or one that is made of references, has no range of its own.
  if (keys === null || estimatedRows === 0) {
    return '–'
  }
  return keys.from === null || keys.to === null
    ? 'next free'
    : { from: keys.from, to: keys.to, isEstimate: true }
}

/** `Shop, Customer, Tenant (kept)`: in the order of the columns, each once. */
function describeReferences(references: readonly PlannedReference[]): string {
  const targets = references.map(({ target, policy }) =>
    policy === 'keep' ? `${target} (kept)` : target,
  )
  return [...new Set(targets)].join(', ')
}

/** Steps with the same technique for the same reason are one paragraph. */
function renderSteps(steps: readonly PlanStep[], { colors, width }: Look): string {
  const modelsByReason = new Map<string, string[]>()
  for (const { technique, why, models } of steps) {
    const reason = `${technique}\n${why}`
    modelsByReason.set(reason, [...(modelsByReason.get(reason) ?? []), ...models])
  }
  const lines = [...modelsByReason].flatMap(([reason, models]) => {
    const [technique, why] = reason.split('\n')
    const which = modelsByReason.size === 1 ? 'all models' : models.join(', ')
    return [
      ...wrapText(`${technique}: ${which}`, { width, first: '  ', rest: '    ' }),
      ...wrapText(`${why}`, { width, first: '    ', rest: '    ' }).map((line) => colors.dim(line)),
    ]
  })
  return `${colors.bold('Technique')}\n${lines.join('\n')}`
}

/** `Order: audit (after each row, public.audit)`: a line for each trigger, in firing order. */
function renderTriggers(models: readonly ModelPlan[], { colors, width }: Look): string {
  const lines = models.flatMap(({ model, triggers }) =>
    triggers.flatMap(({ name, timing, level, function: called }) => {
      const when = `${timing} ${level === 'row' ? 'each row' : 'the file'}`
      return wrapText(`${model}: ${name} (${when}, ${called})`, {
        width,
        first: '  ',
        rest: '    ',
      })
    }),
  )
  const why = 'They fire for the rows of the import as for those of an application.'
  const told = wrapText(why, { width, first: '    ', rest: '    ' }).map((line) => colors.dim(line))
  return `${colors.bold('Triggers')}\n${[...lines, ...told].join('\n')}`
}
