import CliTable from 'cli-table3'
import { printable } from './printable.js'
import type { Look } from './terminal.js'

/** A column of a table for people. */
export interface TableColumn<Row> {
  readonly head: string
  /** Plain text; need not be safe to print. */
  readonly cell: (row: Row, index: number) => string
  /** Numbers stand on the right. */
  readonly align?: 'left' | 'right'
  /**
   * What happens when the terminal is too narrow: first columns are dropped, then cells are wrapped,
   * then cut. Without it the column keeps its width.
   */
  readonly narrow?: 'drop' | 'wrap' | 'cut'
}

/** Blanks between two columns. */
const GAP = 2

/** A narrower column says nothing any more. */
const MIN_WIDTH = { wrap: 18, cut: 10 } as const

/** Aligned columns under dim headings, without borders. */
export function renderTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  { colors, width }: Look,
): string {
  const measured = columns.map(({ head, cell, align = 'left', narrow }) => {
    const cells = [head, ...rows.map((row, index) => printable(cell(row, index)))]
    return { align, narrow, cells, width: buildTable(cells.map((cell) => [cell])).width }
  })
  const fitted = fitColumns(measured, width)
  const table = buildTable(
    [0, ...rows].map((_, row) =>
      fitted.map(({ cells, narrow }) => ({ content: cells[row], wordWrap: narrow === 'wrap' })),
    ),
    {
      colWidths: fitted.map((column) => column.width),
      colAligns: fitted.map((column) => column.align),
    },
  )
  return table
    .toString()
    .replaceAll(/ +$/gm, '')
    .replace(/^.*/, (head) => colors.dim(head))
}

interface MeasuredColumn {
  readonly align: 'left' | 'right'
  readonly narrow: 'drop' | 'wrap' | 'cut' | undefined
  /** Heading first. */
  readonly cells: readonly string[]
  /** With the blanks behind it. */
  readonly width: number
}

/** Takes away what the table is too wide, the last column first. */
function fitColumns(columns: readonly MeasuredColumn[], width: number): MeasuredColumn[] {
  const total = (list: readonly MeasuredColumn[]) =>
    list.reduce((sum, column) => sum + column.width, -GAP)
  const isTooWide = total(columns) > width
  const fitted = columns.filter(({ narrow }) => !isTooWide || narrow !== 'drop')
  let excess = total(fitted) - width
  for (const way of ['wrap', 'cut'] as const) {
    for (const [index, column] of [...fitted.entries()].reverse()) {
      if (column.narrow === way) {
        const spare = Math.max(0, column.width - MIN_WIDTH[way] - GAP)
        const taken = Math.max(0, Math.min(excess, spare))
        fitted[index] = { ...column, width: column.width - taken }
        excess -= taken
      }
    }
  }
  return fitted
}

function buildTable(
  rows: readonly CliTable.HorizontalTableRow[],
  layout: Pick<CliTable.TableConstructorOptions, 'colWidths' | 'colAligns'> = {},
): CliTable.Table {
  const table = new CliTable({
    ...layout,
    chars: NO_BORDERS,
    // Colours of its own would need another package.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  })
  table.push(...rows)
  return table
}

const NO_BORDERS = Object.fromEntries(
  [
    'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right',
    'left left-mid mid mid-mid right right-mid middle',
  ]
    .join(' ')
    .split(' ')
    .map((part) => [part, '']),
)
