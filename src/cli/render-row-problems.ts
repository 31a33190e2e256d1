import type { RowProblemKind, RowProblems } from '../index.js'
import { formatNumberOf } from './quantity.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** Kinds that are shown at most, the most frequent ones. */
const MAX_KINDS = 20

/** What is wrong with rows, by kind; null where they were not looked at. */
export function renderRowProblems(problems: RowProblems | null, look: Look): string | null {
  if (problems === null) {
    return null
  }
  const { colors } = look
  const { rows, total, byKind } = problems
  if (total === 0) {
    return colors.green(
      `✔ ${formatNumberOf(rows, 'row')} looked at: none stands against the import.`,
    )
  }
  const more = byKind.length - MAX_KINDS
  return [
    colors.bold(`Bad rows: ${formatNumberOf(total, 'row')} of ${formatNumberOf(rows, 'row')}`),
    ...byKind.slice(0, MAX_KINDS).flatMap((kind) => renderKind(kind, look)),
    ...(more > 0 ? [`  … and ${formatNumberOf(more, 'more kind')}: --json shows all`] : []),
  ].join('\n')
}

/** `✖ Order.total: 3 rows (VALUES.INVALID_NUMBER)`, the reason, and where. */
function renderKind(kind: RowProblemKind, { colors, width }: Look): readonly string[] {
  const { model, column, count, code, reason, examples } = kind
  const what = column === null ? model : `${model}.${column}`
  const margins = { width, first: '  ', rest: '    ' }
  const places = examples.map(({ file, line }) => `${file}:${line}`)
  const more = count > places.length ? ', …' : ''
  return [
    ...wrapText(`✖ ${what}: ${formatNumberOf(count, 'row')} (${code})`, margins).map((line) =>
      colors.red(line),
    ),
    ...wrapText(reason, { ...margins, first: '    ' }),
    ...wrapText(`${places.join(', ')}${more}`, { ...margins, first: '    ' }).map((line) =>
      colors.dim(line),
    ),
  ]
}
