import { InternalError } from '../error/internal-error.js'
import type { ImportJournal } from '../history/import-journal.js'
import { findIndistinctModels, type WrittenModel } from '../history/indistinct-models.js'
import {
  type FileRecord,
  type KeyKind,
  type ModelRecord,
  recordFiles,
  recordModels,
} from '../history/record-batch.js'
import {
  recordKeyBlocks,
  recordKeyPairs,
  recordKeyRanges,
  type SendText,
} from '../history/record-keys.js'
import { packPairs } from '../keys/key-blocks.js'
import { KeyMap } from '../keys/key-map.js'
import { MatchedKeys } from '../keys/matched-keys.js'
import { PinnedKeys } from '../keys/pinned-keys.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { ReadPart } from '../load/load-journal.js'
import { readKeyPairs } from '../load/read-key-pairs.js'
import { imageKeyOf } from '../load/rows-to-update.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { FileDigest } from '../source/file-digest.js'
import { hashSourceFile } from '../source/hash-source-file.js'
import type { SourceFile } from '../source/source-file.js'
import type { ImportContext } from './import-context.js'
import type { ModelResult } from './import-result.js'
import { recordNulled } from './nulled-references.js'

/** What a load came to, for the history. */
interface LoadRecord {
  readonly journal: ImportJournal
  readonly parts: ReadonlyMap<SourceFile, ReadPart>
  /** In the order in which they were loaded. */
  readonly loaded: readonly LoadedPart[]
}

interface LoadedPart {
  readonly prepared: PreparedModel
  readonly result: ModelResult
}

/**
 * Writes into the history which rows were loaded from which files, and which keys they got. Gives what to
 * tell people of the models of which the rows cannot be told, so that there is no way back.
 */
export async function recordLoad(
  context: ImportContext,
  { journal, parts, loaded }: LoadRecord,
): Promise<readonly string[]> {
  const { client, keyMaps } = context
  const batch = journal.batch.id
  const written = loaded.filter(({ prepared }) => tellsByWriter(prepared, keyMaps))
  const indistinct = await findIndistinctModels(client, batch, written.map(describeWritten))
  const models = loaded.map((part) => ({
    ...describeRecord(part, keyMaps.get(part.prepared.model)),
    is_distinct: !indistinct.has(part.prepared.model),
  }))
  await recordModels(client, batch, models)
  const results = loaded.map(({ result }) => result)
  await recordNulled(client, batch, results)
  const files: FileRecord[] = []
  for (const { prepared } of loaded) {
    for (const [ordinal, part] of prepared.source.parts.entries()) {
      const read = readPart(part, prepared.source.originals?.parts[ordinal], parts)
      files.push({ model: prepared.model, ordinal, ...(await describeFile(context, read)) })
    }
  }
  await recordFiles(client, batch, files)
  for (const { prepared } of loaded) {
    const keys = keyMaps.get(prepared.model)
    if (keys !== undefined) await recordKeys(context, { batch, prepared, keys })
  }
  return [...indistinct.values()]
}

/** Whether no key tells the rows of a model: it is kept, or may be that of a row that was there. */
export function tellsByWriter(
  { model, conflict }: PreparedModel,
  keyMaps: ImportContext['keyMaps'],
): boolean {
  const kind = keyKindOf(keyMaps.get(model))
  return kind === 'kept' || (kind === 'map' && conflict !== null)
}

function describeWritten({ prepared, result }: LoadedPart): WrittenModel {
  const { loaded, updated } = result
  return { model: prepared.model, table: prepared.table, loaded, updated }
}

/** What the history tells of a model. */
export function describeRecord(
  { prepared, result }: LoadedPart,
  keys: KeyMap | TextKeyMap | undefined,
): Omit<ModelRecord, 'is_distinct'> {
  const { model, table, key } = prepared
  const pinned = keys instanceof PinnedKeys ? keys.targetOf() : null
  return {
    model,
    schema_name: table.schema,
    table_name: table.table,
    key_columns: imageKeyOf(prepared),
    key_column: key?.column ?? null,
    technique: result.technique,
    strategy: result.strategy,
    key_kind: keyKindOf(keys),
    rows_read: result.read,
    loaded: result.loaded,
    updated: result.updated,
    skipped: result.skipped,
    unchanged: result.unchanged,
    rejected: result.rejected,
    first_key: result.keys?.from ?? pinned,
    last_key: result.keys?.to ?? pinned,
    seconds: result.seconds,
  }
}

function keyKindOf(keys: KeyMap | TextKeyMap | null | undefined): KeyKind {
  if (keys === null || keys === undefined) return 'kept'
  if (keys instanceof KeyMap) return 'range'
  if (keys instanceof PinnedKeys) return 'pinned'
  return keys instanceof MatchedKeys ? keyKindOf(keys.others) : 'map'
}

/** The file that was loaded, or that of which a changed copy was. */
interface ReadFile extends ReadPart {
  readonly file: SourceFile
}

function readPart(
  part: SourceFile,
  original: SourceFile | undefined,
  parts: ReadonlyMap<SourceFile, ReadPart>,
): ReadFile {
  const read = parts.get(part)
  if (read === undefined) {
    throw new InternalError(`${part.name} was loaded and nobody saw it being read`)
  }
  // What passed by were the bytes of the copy.
  const digest = original === undefined ? read.digest : new FileDigest()
  return { file: original ?? part, digest, rows: read.rows }
}

async function describeFile(
  { signal }: ImportContext,
  { file, digest, rows }: ReadFile,
): Promise<Pick<FileRecord, 'path' | 'sha256' | 'bytes' | 'rows'>> {
  const { name: path, bytes } = file
  return { path, sha256: await hashSourceFile(file, digest, signal), bytes, rows }
}

/** Writes which keys became which. */
export async function recordKeys(
  context: ImportContext,
  {
    batch,
    prepared,
    keys,
  }: {
    readonly batch: string
    readonly prepared: PreparedModel
    readonly keys: KeyMap | TextKeyMap
  },
): Promise<void> {
  const { client, sendRows, signal } = context
  const owner = { batch, model: prepared.model }
  const send: SendText = (target, text) => sendRows(client, target, text, signal)
  if (keys instanceof PinnedKeys) return
  const there = keys instanceof MatchedKeys ? keys.matched.integers : null
  if (there !== null) await recordKeyBlocks(send, owner, packPairs(there))
  if (!(keys instanceof KeyMap)) {
    await recordKeyPairs(send, owner, readKeyPairs(context, prepared, keys))
  }
  const ids = keys instanceof MatchedKeys ? keys.others : keys
  if (ids instanceof KeyMap) await recordKeyRanges(send, owner, ids.pieces())
}
