import type {
  ErrorReport,
  ImportPlan,
  ModelPlan,
  PlannedDeferral,
  PlannedRebuild,
  PlannedReference,
  PlannedWay,
  PlanStep,
} from '../index.js'
import { alignRanges, type KeyRange } from './key-range.js'
import { printable } from './printable.js'
import { formatBytes, formatCount, formatNumberOf, formatSeconds } from './quantity.js'
import { renderDialects } from './render-dialects.js'
import { renderErrors } from './render-error.js'
import { renderMissing } from './render-missing.js'
import { renderRowProblems } from './render-row-problems.js'
import { renderSection } from './render-section.js'
import { renderTable, type TableColumn } from './render-table.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/**
 * A plan for people: what is loaded in which order, how and why, and what is in the way.
 *
 * @param folder As the user wrote it.
 */
export function renderPlan(plan: ImportPlan, folder: string, look: Look): string {
  const { models, steps, ways, rebuild, deferral, drift, warnings, problems } = plan
  return [
    renderTitle(plan, folder, look),
    ...(models.length > 0 ? [renderModels(models, look), renderSteps(steps, look)] : []),
    renderWays(ways, look),
    ...(rebuild === null ? [] : renderRebuild(rebuild, look)),
    deferral === null
      ? null
      : renderLocks('Locked to make foreign keys deferrable', deferral, look),
    renderTruncation(plan, look),
    renderConflicts(models, look),
    renderMissing(models, look),
    renderMade(models, look),
    renderTriggers(models, look),
    renderDialects(models, look),
    renderSection('Where schema and database differ', drift, look),
    renderWarnings(warnings, look),
    renderProblems(problems, look),
    renderRowProblems(plan.rowProblems, look),
    renderGrants(plan, look),
  ]
    .filter((section) => section !== null)
    .join('\n\n')
}

function renderTitle(plan: ImportPlan, folder: string, { colors, width }: Look): string {
  const title = wrapText(`Plan: ${folder} → ${plan.target}`, { width, first: '', rest: '      ' })
  const server = wrapText(describeServer(plan), { width, first: '', rest: '  ' })
  return [...title.map((line) => colors.bold(line)), ...server].join('\n')
}

/** `PostgreSQL 18.4 (Neon), role app (not superuser, owner of 3 of 12 tables)`. */
function describeServer({ server, models }: ImportPlan): string {
  const { flavour, version, role, isSuperuser } = server
  const product = PRODUCTS.includes(flavour)
    ? `${flavour} ${version}`
    : `PostgreSQL ${version} (${flavour})`
  return `${product}, role ${role} (${isSuperuser ? 'superuser' : describeRole(models)})`
}

/** Those with versions of their own; the others are, or run, PostgreSQL. */
const PRODUCTS: readonly string[] = ['PostgreSQL', 'CockroachDB', 'YugabyteDB']

function describeRole(models: readonly ModelPlan[]): string {
  const owned = models.filter(({ isOwner }) => isOwner).length
  if (owned === 0) return 'not superuser'
  const which = owned === models.length ? 'all tables' : `${owned} of ${models.length} tables`
  return `not superuser, owner of ${which}`
}

/** What a role lacks is shown as a whole: see `renderGrants`. */
function renderProblems(problems: readonly ErrorReport[], look: Look): string | null {
  const shown = problems.filter(({ code }) => code !== MISSING_PRIVILEGE)
  return shown.length === 0
    ? null
    : `${look.colors.bold('Problems')}\n${renderErrors(shown, look, '  ')}`
}

const MISSING_PRIVILEGE = 'PLAN.MISSING_PRIVILEGE'

/** All that the role lacks, to be copied as it stands: no line of SQL is broken or indented. */
function renderGrants({ grants, problems, server }: ImportPlan, look: Look): string | null {
  if (grants.length === 0) {
    return null
  }
  const { colors, width } = look
  const missing = problems.filter(({ code }) => code === MISSING_PRIVILEGE).map(({ meta }) => meta)
  const models = new Set(missing.map((meta) => meta['model']))
  const reasons = new Set(missing.map((meta) => `${meta['privilege']} ${meta['for']}`))
  const summary = `The role "${server.role}" may not load ${[...models].join(', ')}`
  const indent = { width, first: '    ', rest: '    ' }
  return [
    colors.bold('Missing privileges'),
    ...wrapText(`✖ ${summary} (${MISSING_PRIVILEGE})`, { ...indent, first: '  ' }).map((line) =>
      colors.red(line),
    ),
    ...wrapText(`It needs ${[...reasons].join('; ')}.`, indent),
    ...wrapText('→ Let the owner run:', indent).map((line) => colors.cyan(line)),
    ...grants.map(printable),
  ].join('\n')
}

function renderWarnings(warnings: readonly string[], { colors, width }: Look): string | null {
  const lines = warnings.flatMap((warning) =>
    wrapText(warning, { width, first: '  ! ', rest: '    ' }),
  )
  return lines.length === 0
    ? null
    : `${colors.bold('Warnings')}\n${colors.yellow(lines.join('\n'))}`
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
  if (keys !== null && keys.by !== null) {
    return keys.by
  }
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

/** What each mode for foreign keys would take, where there is a choice. */
function renderWays(ways: readonly PlannedWay[], look: Look): string | null {
  if (ways.filter(({ seconds }) => seconds !== null).length < 2) {
    return null
  }
  const columns: readonly TableColumn<PlannedWay>[] = [
    { head: '--fk-mode', cell: ({ mode, isChosen }) => (isChosen ? `${mode} ←` : mode) },
    {
      head: 'Time',
      cell: ({ seconds }) => (seconds === null ? '–' : `≈${formatSeconds(seconds)}`),
      align: 'right',
    },
    { head: 'What it means', cell: ({ why }) => why, narrow: 'wrap' },
  ]
  return `${look.colors.bold('How rows could go in')}\n${renderTable(columns, ways, look)}`
}

/** What is locked by a rebuild, then what stays. */
function renderRebuild(
  { locked, kept, seconds }: PlannedRebuild,
  look: Look,
): readonly (string | null)[] {
  return [
    renderLocks('Locked by the rebuild', { locked, seconds }, look),
    renderSection('Kept by the rebuild', kept, look),
  ]
}

/** `public.Order (5.1 MB, ≈41 203 rows)`: a line for each table that is locked. */
function renderLocks(
  heading: string,
  { locked, seconds }: PlannedDeferral,
  look: Look,
): string | null {
  const lines = locked.map(({ table, bytes, rows }) => {
    const count = rows === null ? 'rows not counted yet' : `≈${formatNumberOf(rows, 'row')}`
    return `${table} (${formatBytes(bytes)}, ${count})`
  })
  const why = `Nobody else can read or write them from the load to COMMIT, ≈${formatSeconds(seconds)}.`
  return renderSection(heading, lines, look, why)
}

/** `Order: id by uuid(7), updatedAt by @updatedAt`: a line for each model. */
function renderMade(models: readonly ModelPlan[], look: Look): string | null {
  const lines = models
    .filter(({ made }) => made.length > 0)
    .map(({ model, made }) => {
      const columns = made.map(({ column, by }) => `${column} by ${by}`)
      return `${model}: ${columns.join(', ')}`
    })
  return renderSection('Made here, as the files lack them', lines, look)
}

/** `public.User: about 12 rows`. */
function renderTruncation({ truncated }: ImportPlan, look: Look): string | null {
  const lines = truncated.map(({ table, rows }) =>
    rows === null ? table : `${table}: about ${formatNumberOf(rows, 'row')}`,
  )
  return renderSection('Emptied before the load', lines, look)
}

/** `User: update by email: name, phone`. */
function renderConflicts(models: readonly ModelPlan[], look: Look): string | null {
  const lines = models.flatMap(({ model, conflict }) => {
    if (conflict === null) return []
    const { action, on, columns } = conflict
    const updated = columns.length === 0 ? '' : `: ${columns.join(', ')}`
    return [`${model}: on conflict ${action} by ${on.join(', ')}${updated}`]
  })
  return renderSection('Rows that are there already', lines, look)
}

/** `Order: audit (after each row, public.audit)`: a line for each trigger, in firing order. */
function renderTriggers(models: readonly ModelPlan[], look: Look): string | null {
  const lines = models.flatMap(({ model, triggers }) =>
    triggers.map(({ name, timing, level, function: called }) => {
      const when = `${timing} ${level === 'row' ? 'each row' : 'the file'}`
      return `${model}: ${name} (${when}, ${called})`
    }),
  )
  const why = 'They fire for the rows of the import as for those of an application.'
  return renderSection('Triggers', lines, look, why)
}
