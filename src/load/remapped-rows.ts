import type { CsvChunks } from '../csv/csv-chunks.js'
import { InternalError } from '../error/internal-error.js'
import type { ColumnAction, MadeValue, UnguardedAction } from '../keys/column-action.js'
import { CsvRemapper } from '../keys/csv-remapper.js'
import { KeyMap } from '../keys/key-map.js'
import { NulledFields } from '../keys/nulled-fields.js'
import type { Rows } from '../keys/row-set.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { ColumnRole, PreparedColumn } from '../plan/prepared-column.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { FileDigest } from '../source/file-digest.js'
import { openSourceFile } from '../source/open-source-file.js'
import type { SourceFile } from '../source/source-file.js'
import { buildGuards } from './build-guards.js'
import type { RemappedPart } from './find-copy-row.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import type { ReadPart } from './load-journal.js'
import { buildMadeValues } from './made-values.js'

/** The rows of a model as COPY text, with keys and references replaced. */
export interface RemappedRows {
  readonly chunks: AsyncIterable<Buffer>
  /** What the rows came to. Those of a chunk of a file count when all that it became was taken. */
  readonly sent: SentRows
  /** By column: the fields that became NULL in so many first rows. None that are counted in `sent` is left out. */
  readonly nulledBefore: (row: number) => ReadonlyMap<number, number>
}

/** `LoadedModel`, as far as it was sent: the rows by chunk of a file, the highest values by part. */
interface SentRows {
  rows: number
  skipped: number
  readonly highest: Map<number, bigint>
  readonly nulled: ReadonlyMap<number, number>
}

/** Reads the files of a model, one after the other, while the chunks are taken. */
export async function remapRows(
  context: LoadContext,
  model: PreparedModel,
  onProgress: ReportProgress,
): Promise<RemappedRows> {
  const made = await buildMadeValues(model.made, context.runAt)
  const { parts } = context
  const input = { ...rowsOf(context, model), made, onProgress }
  return remapColumns(context, model, parts === undefined ? input : { ...input, parts })
}

/** What becomes of the columns of files. */
interface ColumnsInput {
  readonly actions: readonly ColumnAction[]
  readonly made?: readonly MadeValue[]
  /** Rows that are left out. */
  readonly skipped?: Rows
  /** Takes what was read of each file. */
  readonly parts?: Map<SourceFile, ReadPart>
}

/** The same with other actions, one for each column. */
export function remapColumns(
  { signal }: Pick<LoadContext, 'signal'>,
  model: PreparedModel,
  input: ColumnsInput & { readonly onProgress: ReportProgress },
): RemappedRows {
  const nulled = new NulledFields()
  const sent: SentRows = { rows: 0, skipped: 0, highest: new Map(), nulled: nulled.counts }
  const onNulled: PartInput['onNulled'] = (column, row) => nulled.add(column, row)
  const parts = openParts(model, { ...input, onNulled }, signal)
  const onProgress: ReportProgress = (bytes, rows) => {
    nulled.settle(rows)
    input.onProgress(bytes, rows)
  }
  const nulledBefore = (row: number) => nulled.before(row)
  return { chunks: remap(parts, sent, onProgress), sent, nulledBefore }
}

/** The files of a model again, as they were sent, to find a row in them. */
export function reopenParts(context: LoadContext, model: PreparedModel): Iterable<RemappedPart> {
  return openParts(model, rowsOf(context, model))
}

function rowsOf(context: LoadContext, model: PreparedModel): ColumnsInput {
  const skipped = context.skipped.get(model.model)
  const actions = model.columns.map((column) => buildAction(context, model, column))
  return skipped === undefined ? { actions } : { actions, skipped }
}

interface PartInput extends ColumnsInput {
  /** The row counts from 0 through all files, those that are left out not counted. */
  readonly onNulled?: (column: number, row: number) => void
}

interface OpenedPart extends RemappedPart {
  readonly chunks: CsvChunks
  /** Columns of the file. */
  readonly columns: number
}

/** One after the other: a remapper is large, and there may be thousands of parts. */
function* openParts(
  { model, source, dialect, headers, columns }: PreparedModel,
  { actions, made = [], skipped, parts, onNulled = () => {} }: PartInput,
  signal?: AbortSignal,
): Generator<OpenedPart> {
  let rowsBefore = 0
  let sentBefore = 0
  for (const part of source.parts) {
    const before = sentBefore
    const remapper = new CsvRemapper({
      model,
      file: part.path,
      shifts: part.shifts,
      dialect,
      headers,
      actions,
      made,
      onNulled: (column, row) => onNulled(column, before + row),
      ...(skipped === undefined ? {} : { skipped, rowsBefore }),
    })
    const digest = parts === undefined ? undefined : new FileDigest()
    yield { chunks: openSourceFile(part, signal, digest), remapper, columns: columns.length }
    const rows = remapper.rows + remapper.skipped
    rowsBefore += rows
    sentBefore += remapper.rows
    if (digest !== undefined) parts?.set(part, { digest, rows })
  }
}

/** What becomes of the fields of a column. */
export function buildAction(
  context: LoadContext,
  model: PreparedModel,
  { column, role }: PreparedColumn,
): ColumnAction {
  const action = actionOf(context, model, role)
  const guards = role.kind === 'drop' ? [] : buildGuards(context, model, column)
  if (guards.length === 0) return action
  const newKeys = role.kind === 'reference' ? keysOf(context, role.owner) : null
  return { kind: 'guarded', action, guards, newKeys }
}

function actionOf(
  context: LoadContext,
  { model, key }: PreparedModel,
  role: ColumnRole,
): UnguardedAction {
  switch (role.kind) {
    case 'key': {
      const keys = keysOf(context, model)
      const other = key?.kind === 'matched' ? key.otherwise : null
      if (other?.kind === 'followed' && other.owner !== null && !(keys instanceof KeyMap)) {
        return { kind: 'textReference', keys, target: other.owner }
      }
      return keys instanceof KeyMap ? { kind: 'key', keys } : { kind: 'textKey', keys }
    }
    case 'reference': {
      const keys = keysOf(context, role.owner)
      const { target, onMissing = 'fail' } = role
      return keys instanceof KeyMap
        ? { kind: 'reference', keys, target, onMissing }
        : { kind: 'textReference', keys, target, onMissing }
    }
    case 'track':
      return { kind: 'track' }
    default:
      return role
  }
}

function keysOf({ keyMaps }: LoadContext, model: string): KeyMap | TextKeyMap {
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
      const text = remapper.push(chunk)
      // Before its rows are sent, so that no row is in the database which is not looked at.
      trackHighest(remapper, columns, sent)
      yield* text
      tally()
    }
    const text = remapper.end()
    trackHighest(remapper, columns, sent)
    sent.skipped += remapper.skipped
    yield* text
    tally()
    bytesBefore += chunks.bytesRead
  }
}

function trackHighest(remapper: CsvRemapper, columns: number, { highest }: SentRows): void {
  for (let column = 0; column < columns; column++) {
    const value = remapper.highest(column)
    const before = highest.get(column)
    if (value !== null && (before === undefined || value > before)) {
      highest.set(column, value)
    }
  }
}
