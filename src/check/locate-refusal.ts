import { describePosition } from '../csv/csv-error.js'
import type { CsvScanner } from '../csv/csv-scanner.js'
import type { GyroError } from '../error/gyro-error.js'
import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import { visitRows } from './model-parts.js'
import type { RowCheck } from './row-check.js'
import type { RowFault, RowFaults } from './row-fault.js'

/** A row that was refused while it was loaded. */
export interface LocatedRefusal {
  readonly model: string
  /** Counted from 0 through all files of the model, rejected rows included. */
  readonly row: number
  readonly fault: Omit<RowFault, 'root'>
  readonly error: GyroError
}

/** What an error tells of a row, in its `meta`. */
interface RefusedPlace {
  readonly model: string
  readonly file: string
  readonly line: number
  readonly column?: number
  readonly isRow?: true
  readonly sqlstate?: string
}

/** Codes of errors that are about one row, if they tell it. */
const OF_ROWS = /^(KEYS|VALUES|LOAD)\./

/** SQLSTATE classes of the server's own state. */
const OF_SERVER = /^(40|53|55|57|58|XX)/

/**
 * The row that an error of the load is about; null when it is about none, or does not tell which.
 *
 * @param remaining The import without the rows that were rejected before.
 */
export async function locateRefusal(
  error: GyroError,
  remaining: PreparedImport,
  check: RowCheck,
): Promise<LocatedRefusal | null> {
  const { code } = error
  const meta = error.details.meta as Partial<RefusedPlace> | undefined
  const model = remaining.models.find((each) => each.model === meta?.model)
  if (model === undefined || !isPlace(meta) || !OF_ROWS.test(code)) return null
  if (OF_SERVER.test(meta.sqlstate ?? '')) return null
  let found: number | null = null
  await visitRows(model, {
    onRows: (scanner, before, part) => {
      if (part.path !== meta.file) return
      const row = findRowAt(scanner, meta.line)
      if (row !== null) found = before + row - scanner.firstRow
    },
    onMisfit: () => {},
  })
  if (found === null) return null
  const { file, line, column = 1, isRow } = meta
  const at = { file, line, column, ...(isRow === undefined ? {} : { isRow }) }
  const place = `${describePosition(at)}: `
  const [row] = countRejected([found], check.faultsOf(model.model)) as [number]
  return { model: model.model, row, error, fault: describeRefusal(error, model, place) }
}

/** @param place What `why` begins with. */
export function describeRefusal(
  { code, details: { why, meta } }: GyroError,
  { headers }: Pick<PreparedModel, 'headers'>,
  place: string,
): LocatedRefusal['fault'] {
  const column = headers.indexOf(String(meta?.['header'] ?? ''))
  return {
    column: column === -1 ? null : column,
    code,
    // It is told beside the reason.
    why: beginSentence(why.startsWith(place) ? why.slice(place.length) : why),
  }
}

function beginSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function isPlace(meta: Partial<RefusedPlace> | undefined): meta is RefusedPlace {
  return typeof meta?.file === 'string' && typeof meta.line === 'number'
}

/** The last row of a batch that begins on a line or above it; null when that may be one behind. */
function findRowAt(scanner: CsvScanner, line: number): number | null {
  let low = scanner.firstRow
  let high = scanner.rows
  while (low < high) {
    const middle = (low + high) >>> 1
    if (scanner.positionOf(middle, 0).line <= line) low = middle + 1
    else high = middle
  }
  return low === scanner.firstRow ? null : low - 1
}

/**
 * Counts rows through all files of a model that were counted without the rejected ones.
 *
 * @param remaining In ascending order, each counted from 0.
 */
export function countRejected(remaining: readonly number[], faults: RowFaults): readonly number[] {
  let row = 0
  let before = 0
  return remaining.map((others) => {
    for (; before < others || faults.has(row); row++) {
      if (!faults.has(row)) before++
    }
    return row
  })
}
