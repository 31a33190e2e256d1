import type { VerifiedModel, VerifyResult } from '../index.js'
import { formatCount, formatNumberOf, formatSeconds } from './quantity.js'
import { renderTable, type TableColumn } from './render-table.js'
import { shortBatchId } from './short-batch-id.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** What a comparison of an import with its files came to, for people. */
export function renderVerification(result: VerifyResult, look: Look): string {
  const { colors, width } = look
  const paint = (lines: readonly string[], color: (text: string) => string) =>
    lines
      .flatMap((line) => wrapText(line, { width, first: '', rest: '  ' }))
      .map(color)
      .join('\n')
  const sections = [
    renderModels(result, look),
    paint(listUncompared(result), colors.dim),
    paint(
      result.warnings.map((warning) => `! ${warning}`),
      colors.yellow,
    ),
    paint(listDifferences(result), colors.red),
    renderOutcome(result, look),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

/** A model, and what is told of its references. */
interface ModelRow extends VerifiedModel {
  readonly references: number
  /** Names of what differs. */
  readonly different: readonly string[]
}

function listRows({ models, references }: VerifyResult): readonly ModelRow[] {
  return models.map((model) => {
    const own = references.filter((each) => each.model === model.model)
    const names = [
      ...(model.rows.ok ? [] : ['rows']),
      ...model.columns.filter(({ ok }) => !ok).map(({ column }) => column),
      ...own.filter(({ ok }) => !ok).map(({ reference }) => `→ ${reference}`),
    ]
    const isMixed = names.length === 0 && model.together === false
    return { ...model, references: own.length, different: isMixed ? ['rows as a whole'] : names }
  })
}

function renderModels(result: VerifyResult, look: Look): string {
  const columns: readonly TableColumn<ModelRow>[] = [
    { head: 'Model', cell: ({ model }) => model, narrow: 'cut' },
    { head: 'In files', cell: ({ rows }) => countOf(rows.files), align: 'right' },
    { head: 'In database', cell: ({ rows }) => countOf(rows.target), align: 'right' },
    { head: 'Columns', cell: ({ columns: compared }) => countOf(compared.length), align: 'right' },
    { head: 'References', cell: ({ references }) => countOf(references), align: 'right' },
    {
      head: '',
      cell: ({ different, together }) =>
        different.length > 0
          ? `✖ DIFFERENT: ${different.join(', ')}`
          : together === null
            ? 'only counted'
            : '✔',
      narrow: 'wrap',
    },
  ]
  return renderTable(columns, listRows(result), look)
}

function countOf(count: number | null): string {
  return count === null ? '–' : formatCount(count)
}

/** What says nothing of whether rows are right; what is so in every import is not told. */
function listUncompared({ models }: VerifyResult): readonly string[] {
  return models.flatMap(({ model, notCompared }) =>
    notCompared
      .filter(({ kind }) => kind !== 'column')
      .map(({ kind, name, why }) =>
        kind === 'reference'
          ? `Not compared: ${model}.${name} ${why}.`
          : `Not compared: ${model}: ${why}.`,
      ),
  )
}

function listDifferences(result: VerifyResult): readonly string[] {
  return listRows(result)
    .filter(({ rows }) => !rows.ok)
    .map(({ model, rows }) => {
      const { files, loaded, updated, skipped, rejected, target } = rows
      const told = [
        `${countOf(files)} in the files`,
        `${formatCount(loaded)} loaded`,
        ...(updated > 0 ? [`${formatCount(updated)} updated`] : []),
        ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
        ...(rejected > 0 ? [`${formatCount(rejected)} rejected`] : []),
        `${countOf(target)} there now`,
      ]
      return `Rows of ${model}: ${told.join(', ')}.`
    })
}

function renderOutcome(result: VerifyResult, { colors, width }: Look): string {
  const { batch, ok, seconds, models, references } = result
  const margins = { width, first: '', rest: '  ' }
  const rows = models.reduce((sum, model) => sum + (model.rows.target ?? 0), 0)
  const compared = models.reduce((sum, { columns }) => sum + columns.length, 0)
  const scope = [
    formatNumberOf(rows, 'row'),
    formatNumberOf(compared, 'column'),
    formatNumberOf(references.length, 'reference'),
  ].join(', ')
  const name = `${batch.name} (${batch.id})`
  if (ok) {
    const text = `✔ ${name} matches its files: ${scope} in ${formatSeconds(seconds)}.`
    return wrapText(text, margins).map(colors.green).join('\n')
  }
  const text = `✖ ${name} differs from its files: ${scope} compared in ${formatSeconds(seconds)}.`
  const hint = `→ Undo it with: npx prisma-gyro rollback ${shortBatchId(batch.id)}`
  return [
    ...wrapText(text, margins).map(colors.red),
    ...wrapText(hint, { width, first: '  ', rest: '    ' }).map(colors.cyan),
  ].join('\n')
}
