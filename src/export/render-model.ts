import type { PostgresClient } from '../postgres/client.js'
import { copyOutCsv } from '../postgres/copy-out-csv.js'
import type { ExportColumn } from '../slice/export-plan.js'
import type { ModelExport } from './prepare-export.js'
import { selectColumn } from './select-rows.js'

/** Who wants to know how far it is. */
interface RenderEvents {
  /** Bytes and rows so far, as the server sends them; rows only about. */
  onChunk(bytes: number, rows: number): void
  /** Rows as the server counted them, after the last chunk. */
  onRows(rows: number): void
}

/** The file of a model: its header, and its rows as the server writes them. */
export async function* renderModel(
  client: PostgresClient,
  model: ModelExport,
  events: RenderEvents,
): AsyncGenerator<Buffer> {
  const { plan, mask } = model
  yield renderHeader(plan.columns)
  const rows = copyRows(client, model, events)
  yield* mask?.transform?.(rows) ?? rows
}

/** Names that are words stay as they are; all others are quoted. */
function renderHeader(columns: readonly ExportColumn[]): Buffer {
  const cells = columns.map(({ header }) =>
    /^\w+$/.test(header) ? header : `"${header.replaceAll('"', '""')}"`,
  )
  return Buffer.from(`${cells.join(',')}\n`)
}

async function* copyRows(
  client: PostgresClient,
  { selection, mask }: ModelExport,
  { onChunk, onRows }: RenderEvents,
): AsyncGenerator<Buffer> {
  const select = (column: string) => mask?.columns.get(column)?.sql ?? selectColumn(column)
  let sent = 0
  let bytes = 0
  let lines = 0
  for (const query of selection.queries(select)) {
    const count = (rows: number) => {
      sent += rows
    }
    for await (const chunk of copyOutCsv(client, query, count)) {
      bytes += chunk.length
      lines += countLines(chunk)
      onChunk(bytes, lines)
      yield chunk
    }
  }
  onRows(sent)
}

const LF = 0x0a

function countLines(chunk: Buffer): number {
  let lines = 0
  for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) lines++
  return lines
}
