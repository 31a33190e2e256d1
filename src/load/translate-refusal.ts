import type { CsvPosition } from '../csv/csv-error.js'
import { scanRows } from '../csv/scan-rows.js'
import type { GyroError } from '../error/gyro-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { FOREIGN_KEY_VIOLATION, type ServerError } from '../postgres/postgres-error.js'
import { openSourceFile } from '../source/open-source-file.js'
import { findCopyRow, type RemappedPart } from './find-copy-row.js'
import { rowRefused } from './load-error.js'

/**
 * Turns what the server said of a COPY into what is wrong with the file. The server counts the rows
 * it was sent, or names the values of a dangling reference: the files are read again to find the line.
 *
 * @param openParts Gives the files as they were sent, from their start.
 */
export async function translateRefusal(
  error: ServerError,
  model: PreparedModel,
  openParts: () => Iterable<RemappedPart>,
): Promise<GyroError> {
  const context = parseCopyContext(error, model)
  const name = context?.column ?? error.column
  const index = model.columns.findIndex(({ column }) => column === name)
  const row = context?.row ?? (await findDanglingRow(error, model, openParts))
  const at = row === null ? null : await findPosition(row, Math.max(index, 0), model)
  return rowRefused(error, {
    model: model.model,
    file: at?.file ?? model.source.path,
    at,
    column: model.columns[index] ?? null,
  })
}

/**
 * `COPY Order, line 3, column total: …` → row 3, column total. The words around the numbers are in
 * the language of the server.
 */
function parseCopyContext(
  { where = '' }: ServerError,
  { table }: PreparedModel,
): { readonly row: number; readonly column: string | null } | null {
  const prefix = `COPY ${table.table}, `
  const line = where.split('\n').find((text) => text.startsWith(prefix))
  const [, row, column] = /^\D*(\d+)(?:, \S+ ([^:]+))?/.exec(line?.slice(prefix.length) ?? '') ?? []
  return row === undefined ? null : { row: Number(row), column: column ?? null }
}

/** `Key (a, b)=(1, x) is not present in …`: the first row that was sent with these values. */
async function findDanglingRow(
  { code, constraint, detail = '' }: ServerError,
  model: PreparedModel,
  openParts: () => Iterable<RemappedPart>,
): Promise<number | null> {
  const foreignKey = model.foreignKeys.find(({ name }) => name === constraint)
  const [, values] = /\)=\((.*)\)/s.exec(detail) ?? []
  if (code !== FOREIGN_KEY_VIOLATION || foreignKey === undefined || values === undefined) {
    return null
  }
  const sent = model.columns.filter(({ role }) => role.kind !== 'drop')
  const fields = foreignKey.columns.map((name) => sent.findIndex(({ column }) => column === name))
  return findCopyRow(openParts(), (row) => {
    const sentValues = fields.map((field) => row[field])
    // A reference with a NULL in it refers to nothing.
    return !sentValues.includes(null) && sentValues.join(', ') === values
  })
}

/** Where the field of a data row, counted from 1 through all files, stands. */
async function findPosition(
  row: number,
  field: number,
  { source, dialect }: PreparedModel,
): Promise<CsvPosition | null> {
  let position: CsvPosition | null = null
  let before = 0
  for (const part of source.parts) {
    await scanRows(openSourceFile(part), { dialect, file: part.path }, (scanner) => {
      const index = row - before - 1 + scanner.firstRow
      if (index < scanner.rows) {
        position = scanner.positionOf(index, field)
      }
      before += scanner.rows - scanner.firstRow
      return position === null
    })
    if (position !== null) break
  }
  return position
}
