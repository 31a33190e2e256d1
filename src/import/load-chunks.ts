import { findBatchHolder } from '../history/batch-lock.js'
import { type Checkpoint, moveCheckpoint } from '../history/checkpoint.js'
import { batchIsRunning } from '../history/history-error.js'
import { recordFileRows } from '../history/record-batch.js'
import { fileChanged } from '../keys/keys-error.js'
import type { LoadedModel, TrackLoad } from '../load/load-context.js'
import { loadGroup } from '../load/load-group.js'
import { type ChunkProgress, loadInChunks } from '../load/load-in-chunks.js'
import { PostgresBulkLoader } from '../load/postgres-bulk-loader.js'
import type { PreparedGroup, PreparedModel } from '../plan/prepared-import.js'
import { type ChunkedImport, firstCheckpoint } from './chunked-import.js'
import { withFileProgress } from './import-context.js'
import type { LoadedFile } from './loaded-file.js'
import { noteIndistinct, type WrittenChunk } from './note-indistinct.js'

/**
 * Group after group, each chunk in a transaction with the account of it. A group that goes in by one
 * statement is one chunk. What an earlier run has committed is not loaded again.
 */
export async function loadChunks(run: ChunkedImport): Promise<readonly LoadedFile[]> {
  const { groups, models } = run.context
  const loaded: LoadedFile[] = []
  for (const group of groups) {
    const members = models.filter(({ model }) => group.models.includes(model))
    const left = members.filter(({ model }) => !checkpointOf(run, model).isDone)
    const done = members.filter((model) => !left.includes(model))
    loaded.push(...done.map((model) => describeDone(run, model)))
    if (group.way.technique === 'checked') {
      for (const model of left) loaded.push(await loadModel(run, model))
    } else if (left.length > 0) {
      loaded.push(...(await loadMembers(run, group, members)))
    }
  }
  const order = models.map(({ model }) => model)
  return loaded.sort((a, b) => order.indexOf(a.prepared.model) - order.indexOf(b.prepared.model))
}

function checkpointOf({ checkpoints }: ChunkedImport, model: string): Checkpoint {
  return checkpoints.get(model) ?? firstCheckpoint(model)
}

function describeDone(run: ChunkedImport, prepared: PreparedModel): LoadedFile {
  const { sent: rows, skipped, highest, nulled, seconds } = checkpointOf(run, prepared.model)
  return { rows, skipped, highest, nulled, seconds, prepared }
}

async function loadModel(run: ChunkedImport, prepared: PreparedModel): Promise<LoadedFile> {
  const { session, context, batchSize } = run
  const begun = checkpointOf(run, prepared.model)
  const started = performance.now()
  let last = begun
  const commit = (work: () => Promise<ChunkProgress>) =>
    session.transaction(async () => {
      context.signal.throwIfAborted()
      const { loaded, isLast } = await work()
      const so = addTo(begun, loaded)
      await new PostgresBulkLoader(context).checkDeferred([prepared])
      const seconds = begun.seconds + (performance.now() - started) / 1000
      const checkpoint = {
        ...{ ...last, sent: so.rows, skipped: isLast ? so.skipped : 0 },
        ...{ highest: so.highest, nulled: so.nulled, isDone: isLast, seconds },
      }
      if (isLast) await closeModel(run, { ...so, seconds, prepared })
      await moveOn(run, last.sent, checkpoint)
      await noteIndistinct(run, [{ prepared, loaded: so.rows - last.sent, updated: 0 }])
      last = checkpoint
    })
  const file = await withFileProgress(context, 'load', prepared, (onProgress) =>
    loadInChunks(context, prepared, { batchSize, commit, onProgress }),
  )
  return { ...addTo(begun, file), seconds: last.seconds, prepared }
}

/** What is loaded with what was loaded before: rows of an earlier run are left out of this one. */
function addTo(begun: Checkpoint, { rows, skipped, highest, nulled }: LoadedModel): LoadedModel {
  const all = new Map(begun.highest)
  for (const [column, value] of highest) {
    const before = all.get(column)
    if (before === undefined || value > before) all.set(column, value)
  }
  const counts = new Map(begun.nulled)
  for (const [column, count] of nulled) counts.set(column, (counts.get(column) ?? 0) + count)
  return {
    rows: begun.sent + rows,
    skipped: Math.max(0, skipped - begun.sent),
    highest: all,
    nulled: counts,
  }
}

/** Loads the models of a group in one transaction. */
async function loadMembers(
  run: ChunkedImport,
  group: PreparedGroup,
  members: readonly PreparedModel[],
): Promise<readonly LoadedFile[]> {
  const { session, context } = run
  const loaded: LoadedFile[] = []
  const track: TrackLoad = async (prepared, work) => {
    context.signal.throwIfAborted()
    const file = await withFileProgress(context, 'load', prepared, work)
    loaded.push({ ...file, prepared })
  }
  await session.transaction(async () => {
    await loadGroup(context, group, { models: members, track })
    await new PostgresBulkLoader(context).checkDeferred(members)
    const written: WrittenChunk[] = []
    for (const file of loaded) {
      const { prepared } = file
      const { model } = prepared
      const { updated, unchanged: met } = context.met.get(model) ?? { updated: 0, unchanged: 0 }
      const { rows: sent, skipped, highest, nulled, seconds } = file
      await closeModel(run, file)
      written.push({ prepared, loaded: sent - updated - met, updated })
      const counts = { sent, skipped, updated, met }
      await moveOn(run, 0, { model, ...counts, isDone: true, highest, nulled, seconds })
    }
    await noteIndistinct(run, written)
  })
  return loaded
}

/** Expects that the files were what they were when their keys were read, to the end. */
async function closeModel(
  { context, journal, hashes }: ChunkedImport,
  { prepared, rows, skipped }: LoadedFile,
): Promise<void> {
  const { client, keyMaps, parts } = context
  const { model, source, key } = prepared
  const surveyed = keyMaps.get(model)?.size ?? null
  const isOther = surveyed !== null && !key?.mayRepeat && surveyed !== rows + skipped
  if (isOther) throw fileChanged(source.path)
  const counts: number[] = []
  for (const part of source.parts) {
    const read = parts.get(part)
    const { sha256 = null } = read?.digest ?? {}
    // What ends an archive may be behind its last row.
    if (sha256 !== null && sha256 !== hashes.get(part)) throw fileChanged(part.path)
    counts.push(read?.rows ?? 0)
  }
  await recordFileRows(client, journal.batch.id, { model, rows: counts })
}

async function moveOn(
  { context, journal }: ChunkedImport,
  before: number,
  checkpoint: Checkpoint,
): Promise<void> {
  const { id } = journal.batch
  if (!(await moveCheckpoint(context.client, id, { ...checkpoint, before }))) {
    throw batchIsRunning(id, await findBatchHolder(context.client, id))
  }
}
