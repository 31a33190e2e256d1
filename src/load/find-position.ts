import type { CsvPosition } from '../csv/csv-error.js'
import { scanRows } from '../csv/scan-rows.js'
import { fileChanged } from '../keys/keys-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { openSourceFile } from '../source/open-source-file.js'

/** The files of a model. */
type ModelSource = Pick<PreparedModel, 'source' | 'dialect'>

/** Where the field of a data row, counted from 1 through all files, stands; null when there is none. */
export async function findPosition(
  row: number,
  field: number,
  { source, dialect }: ModelSource,
): Promise<CsvPosition | null> {
  let position: CsvPosition | null = null
  let before = 0
  for (const part of source.parts) {
    const scanned = { dialect, file: part.path, shifts: part.shifts }
    await scanRows(openSourceFile(part), scanned, (scanner) => {
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

/**
 * The same for a row that was there before.
 *
 * @throws {GyroError} `KEYS.FILE_CHANGED` when it is not there any more.
 */
export async function expectPosition(
  row: number,
  field: number,
  model: ModelSource,
): Promise<CsvPosition> {
  const position = await findPosition(row, field, model)
  if (position === null) {
    throw fileChanged(model.source.path)
  }
  return position
}
