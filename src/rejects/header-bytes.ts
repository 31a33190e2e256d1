import { scanRows } from '../csv/scan-rows.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { openSourceFile } from '../source/open-source-file.js'
import { countOriginalHeaders } from '../source/reject-columns.js'
import { writeAddedCells } from './rejected-text.js'

/**
 * The header of a model's files as it is written there, without its line end, and without the columns
 * of rejected rows. Where no line holds it, it is the names that an option gave.
 */
export async function readHeaderBytes(
  { source, dialect, headers }: PreparedModel,
  signal: AbortSignal,
): Promise<Buffer> {
  if (dialect.headlessWidth !== null) {
    return Buffer.from(writeAddedCells(headers, { dialect, isSafe: false }).slice(1))
  }
  const [first] = source.parts
  let header = Buffer.alloc(0)
  const scanned = { dialect, file: first.path, onMisfit: () => {} }
  await scanRows(openSourceFile(first, signal), scanned, (scanner) => {
    header = Buffer.from(scanner.bytesOf([0, countOriginalHeaders(headers)]))
    return false
  })
  return header
}
