import type { CsvDialect } from '../csv/csv-dialect.js'
import { type CsvScanner, FieldKind } from '../csv/csv-scanner.js'

/** How cells of files of rejected rows are written. */
export interface CellStyle {
  readonly dialect: CsvDialect
  /** Whether a cell that a spreadsheet would run gets an apostrophe in front of it. */
  readonly isSafe: boolean
}

/** What spreadsheets take for a formula, and what they skip in front of one. */
const FORMULA = /^[=+\-@\t\r]/

/** Cells that are added to a row, each behind a delimiter; quoted where the dialect has quotes. */
export function writeAddedCells(cells: readonly string[], style: CellStyle): string {
  const delimiter = String.fromCharCode(style.dialect.delimiter)
  return cells.map((cell) => `${delimiter}${writeCell(cell, style)}`).join('')
}

/** A row once more, its cells made harmless. */
export function writeSafeCells(
  scanner: CsvScanner,
  [from, to]: readonly [number, number],
  style: CellStyle,
): string {
  const cells: string[] = []
  for (let index = from; index < to; index++) {
    const text = scanner.textAt(index)
    const isQuoted = ((scanner.kinds[index] as number) & FieldKind.Quoted) !== 0
    // NULL and the like stay what they are.
    cells.push(isQuoted || FORMULA.test(text) ? writeCell(text, style) : text)
  }
  return cells.join(String.fromCharCode(style.dialect.delimiter))
}

function writeCell(text: string, { dialect, isSafe }: CellStyle): string {
  const harmless = isSafe && FORMULA.test(text) ? `'${text}` : text
  const { quote, escaper, delimiter } = dialect
  if (quote === null || escaper === null) {
    // Nothing can hold these then.
    return harmless.replaceAll(String.fromCharCode(delimiter), ' ').replaceAll(/[\r\n]/g, ' ')
  }
  const [mark, escapeMark] = [quote, escaper].map((byte) => String.fromCharCode(byte)) as [
    string,
    string,
  ]
  const inner = [...harmless]
    .map((character) =>
      character === mark || character === escapeMark ? escapeMark + character : character,
    )
    .join('')
  return `${mark}${inner}${mark}`
}
