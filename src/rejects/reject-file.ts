import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { originalOf } from '../check/model-parts.js'
import type { RowCheck } from '../check/row-check.js'
import { type RejectedRow, visitRejectedRows } from '../check/visit-rejected-rows.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { countOriginalHeaders, REJECT_COLUMNS } from '../source/reject-columns.js'
import { readHeaderBytes } from './header-bytes.js'
import { type CellStyle, writeAddedCells, writeSafeCells } from './rejected-text.js'

/** Bytes that are written at a time. */
const BLOCK_BYTES = 64 * 1024

/** The rows hold data: nobody else is to read them. */
const OWNER_ONLY = 0o600

/**
 * Writes the rejected rows of a model to a new file: the bytes of each as they are in its own file, and
 * behind them where it stands, the column, the code and the reason.
 *
 * @throws what the operating system says; nothing is left of the file then.
 */
export async function writeRejectFile(
  file: string,
  model: PreparedModel,
  check: RowCheck,
  options: { readonly isSafe: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const style: CellStyle = { dialect: model.dialect, isSafe: options.isSafe }
  const header = await readHeaderBytes(model, options.signal)
  const descriptor = openSync(file, 'wx', OWNER_ONLY)
  try {
    let block: Buffer[] = [header, Buffer.from(`${writeAddedCells(REJECT_COLUMNS, style)}\n`)]
    let bytes = 0
    const flush = () => {
      const whole = Buffer.concat(block)
      for (let at = 0; at < whole.length; ) at += writeSync(descriptor, whole, at)
      block = []
      bytes = 0
    }
    const take = (row: RejectedRow) => {
      const text = writeRow(row, model, style)
      block.push(text)
      bytes += text.length
      if (bytes >= BLOCK_BYTES) flush()
    }
    const faults = check.faultsOf(model.model)
    await visitRejectedRows(originalOf(model), faults, take, options.signal)
    flush()
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function writeRow(
  { fault, part, at, scanner, fields, lineEnd, isMisfit }: RejectedRow,
  { headers }: PreparedModel,
  style: CellStyle,
): Buffer {
  const [first, end] = fields
  // Of a row of another width, nobody knows which cells are those of an import before.
  const cells = [first, isMisfit ? end : first + countOriginalHeaders(headers)] as const
  const row = style.isSafe ? writeSafeCells(scanner, cells, style) : scanner.bytesOf(cells)
  const column = fault.column === null ? '' : (headers[fault.column] ?? '')
  const added = [part.name, String(at.line), column, fault.code, fault.why]
  const tail = `${writeAddedCells(added, style)}${lineEnd}`
  return Buffer.concat([typeof row === 'string' ? Buffer.from(row) : row, Buffer.from(tail)])
}
