import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { DELIMITERS } from './detect-delimiter.js'
import type { HeaderRow } from './header-row.js'

/** Where a header cell stands: `column` counts from 1. */
function placeOf({ isHeadless }: HeaderRow, index: number): string {
  return isHeadless ? `Name ${index + 1} of the option "headers"` : `Column ${index + 1} of line 1`
}

export function unknownHeader(row: HeaderRow, index: number): GyroError {
  const { file, headers, model } = row
  const header = headers[index] as string
  const known = model.columns.flatMap((column) => column.headers)
  const delimiter = otherDelimiterOf(row)
  const fix =
    delimiter === null
      ? `${didYouMean(header, known)}Rename the column, map it with --map ${model.name}.<header>=<field>, or leave it out with --ignore-columns.`
      : `The file seems to have another character between fields: --delimiter ${delimiter === '\t' ? 'tab' : `'${delimiter}'`}.`
  return new GyroError(
    'SOURCE.UNKNOWN_HEADER',
    `${file} has a column that ${model.name} does not`,
    {
      why: `${placeOf(row, index)} is "${header}", which is no field and no column of ${model.name}.`,
      fix,
      meta: { file, line: 1, column: index + 1, header, model: model.name },
    },
  )
}

/** What may stand between the fields of a file that seems to have one column; null if nothing does. */
function otherDelimiterOf({ headers, delimiter }: HeaderRow): string | null {
  const isInside = (other: string) => other !== delimiter && headers[0]?.includes(other)
  return headers.length === 1 ? (DELIMITERS.find(isInside) ?? null) : null
}

export function emptyHeader(row: HeaderRow, index: number): GyroError {
  const { file, model } = row
  return new GyroError('SOURCE.EMPTY_HEADER', `${file} has a column without a name`, {
    why: `${placeOf(row, index)} is empty.`,
    fix: `Name the column, or leave it out with --ignore-columns ${model.name}.`,
    meta: { file, line: 1, column: index + 1, model: model.name },
  })
}

export function duplicateHeader(
  row: HeaderRow,
  field: string,
  cells: readonly [HeaderCell, HeaderCell],
): GyroError {
  const { file, isHeadless } = row
  const [one, other] = cells.map((cell) => `"${cell.header}" (column ${cell.index + 1})`)
  return new GyroError('SOURCE.DUPLICATE_HEADER', `${file} has a column twice`, {
    why: `${one} and ${other} of ${isHeadless ? 'the option "headers"' : 'line 1'} both mean the field "${field}".`,
    fix: 'Remove one of the two columns, or leave one out with --ignore-columns.',
    meta: { file, line: 1, field, headers: cells.map(({ header }) => header) },
  })
}

interface HeaderCell {
  readonly header: string
  readonly index: number
}

export function noColumn({ file, model }: HeaderRow): GyroError {
  return new GyroError('SOURCE.NO_COLUMN', `Nothing of ${file} would be imported`, {
    why: `All its columns are left out, by the options or the schema of ${model.name}.`,
    fix: 'Move the file out of the folder, or keep a column.',
    meta: { file, model: model.name },
  })
}

/** An entry of `map` whose header the file does not have. */
export function unusedMap({ file, headers, model }: HeaderRow, header: string): GyroError {
  return new GyroError('SOURCE.UNKNOWN_HEADER', `${file} has no column "${header}"`, {
    why: `The option "map" names it for ${model.name}.`,
    fix: `${didYouMean(header, headers)}Correct the name, or leave the entry out.`,
    meta: { file, header, model: model.name },
  })
}

/** An entry of `ignoreColumns` that no file has. */
export function unusedIgnore(entry: string, headers: readonly string[]): GyroError {
  return new GyroError('SOURCE.UNKNOWN_HEADER', `No file has a column "${entry}"`, {
    why: 'The option "ignoreColumns" names it.',
    fix: `${didYouMean(entry, headers)}Correct the name, or leave the entry out.`,
    meta: { header: entry },
  })
}

/** Two parts of a model whose columns are not the same. */
export function headerDiffers(
  { first, file }: { readonly first: string; readonly file: string },
  cell: { readonly index: number; readonly wanted: string | null; readonly found: string | null },
): GyroError {
  const { index, wanted, found } = cell
  const describe = (header: string | null) => (header === null ? 'missing' : `"${header}"`)
  return new GyroError('SOURCE.HEADER_DIFFERS', `${file} has another header than ${first}`, {
    why: `Column ${index + 1} of line 1 is ${describe(found)} in ${file}, but ${describe(wanted)} in ${first}.`,
    fix: 'Give all parts of a model the same columns in the same order.',
    meta: { file, first, line: 1, column: index + 1, wanted, found },
  })
}
