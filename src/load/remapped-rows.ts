import type { CsvChunks } from '../csv/csv-chunks.js'
import { InternalError } from '../error/internal-error.js'
import type { ColumnAction, MadeValue } from '../keys/column-action.js'
import { CsvRemapper } from '../keys/csv-remapper.js'
import type { KeyMap } from '../keys/key-map.js'
import type { ColumnRole, PreparedModel } from '../plan/prepared-import.js'
import { openSourceFile } from '../source/open-source-file.js'
import type { SourceFile } from '../source/source-file.js'
import type { RemappedPart } from './find-copy-row.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { buildMadeValues } from './made-values.js'

/** The rows of a model as COPY text, with keys and references replaced. */
export interface RemappedRows {
  readonly chunks: AsyncIterable<Buffer>
  /** What the rows came to. Those of a chunk of a file count when all that it became was taken. */
  readonly sent: SentRows
}

/** `LoadedModel`, as far as it was sent: the rows by chunk of a file, the highest values by part. */
interface SentRows {
  rows: number
  readonly highest: Map<number, bigint>
}

/** Reads the files of a model, one after the other, while the chunks are taken. */
export async function remapRows(
  context: LoadContext,
  model: PreparedModel,
  onProgress: ReportProgress,
): Promise<RemappedRows> {
  const made = await buildMadeValues(model.made, context.runAt)
  const sent: SentRows = { rows: 0, highest: new Map() }
  return { chunks: remap(openParts(context, model, made, context.signal), sent, onProgress), sent }
}

/** The files of a model again, as they were sent, to find a row in them. */
export function reopenParts(context: LoadContext, model: PreparedModel): Iterable<RemappedPart> {
  return openParts(context, model, [])
}

interface OpenedPart extends RemappedPart {
  readonly chunks: CsvChunks
  /** Columns of the file. */
  readonly columns: number
}

/** One after the other: a remapper is large, and there may be thousands of parts. */
function* openParts(
  context: LoadContext,
  model: PreparedModel,
  made: readonly MadeValue[],
  signal?: AbortSignal,
): Generator<OpenedPart> {
  for (const part of model.source.parts) {
    const remapper = buildRemapper(context, model, part, made)
    yield { chunks: openSourceFile(part, signal), remapper, columns: model.columns.length }
  }
}

function buildRemapper(
  context: LoadContext,
  model: PreparedModel,
  { path }: SourceFile,
  made: readonly MadeValue[],
): CsvRemapper {
  return new CsvRemapper({
    model: model.model,
    file: path,
    dialect: model.dialect,
    headers: model.headers,
    actions: model.columns.map(({ role }) => buildAction(context, model, role)),
    made,
  })
}

function buildAction(
  context: LoadContext,
  { model }: PreparedModel,
  role: ColumnRole,
): ColumnAction {
  switch (role.kind) {
    case 'key':
      return { kind: 'key', keys: keysOf(context, model) }
    case 'reference':
      return { kind: 'reference', keys: keysOf(context, role.owner), target: role.target }
    case 'track':
      return { kind: 'track' }
    default:
      return role
  }
}

function keysOf({ keyMaps }: LoadContext, model: string): KeyMap {
  const keys = keyMaps.get(model)
  if (keys === undefined) {
    throw new InternalError(`The keys of ${model} were not mapped before they were needed`)
  }
  return keys
}

/** The chunks of all parts as COPY text. What a part came to is added to `sent` when it was read. */
async function* remap(
  parts: Iterable<OpenedPart>,
  sent: SentRows,
  onProgress: ReportProgress,
): AsyncGenerator<Buffer> {
  let bytesBefore = 0
  for (const { chunks, remapper, columns } of parts) {
    const rowsBefore = sent.rows
    const tally = () => {
      sent.rows = rowsBefore + remapper.rows
      onProgress(bytesBefore + chunks.bytesRead, sent.rows)
    }
    for await (const chunk of chunks) {
      yield* remapper.push(chunk)
      tally()
    }
    yield* remapper.end()
    tally()
    bytesBefore += chunks.bytesRead
    for (let column = 0; column < columns; column++) {
      const value = remapper.highest(column)
      const before = sent.highest.get(column)
      if (value !== null && (before === undefined || value > before)) {
        sent.highest.set(column, value)
      }
    }
  }
}
