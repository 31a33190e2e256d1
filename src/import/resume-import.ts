import type { RowCheck } from '../check/row-check.js'
import { countCommitted, countWrites } from '../history/checkpoint.js'
import { type ResumableBatch, readRun } from '../history/chunked-run.js'
import { batchIsPruned } from '../history/history-error.js'
import { ImportBatch } from '../history/import-batch.js'
import { ImportJournal } from '../history/import-journal.js'
import { type RecordedBatch, readBatch } from '../history/read-batch.js'
import { recordEvent } from '../history/record-batch.js'
import { TOOL_VERSION } from '../history/tool-version.js'
import { fingerprintManifest } from '../manifest/fingerprint-manifest.js'
import type { Manifest } from '../manifest/manifest.js'
import { fingerprintPlan } from '../plan/fingerprint-plan.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { translateFailure } from '../postgres/postgres-error.js'
import { findDatabase } from '../project/find-database.js'
import { RejectFolder } from '../rejects/reject-folder.js'
import type { Discovery } from '../source/discover-files.js'
import type { SourceFile } from '../source/source-file.js'
import { buildChunkContext } from './build-chunk-context.js'
import type { ChunkSession } from './chunk-session.js'
import type { ChunkedImport } from './chunked-import.js'
import { expectSameFiles } from './expect-same-files.js'
import { finishChunks } from './finish-chunks.js'
import { interrupted } from './import-error.js'
import { leaveOutBadRows, prepareChunks, writeRejects } from './import-in-chunks.js'
import type { ImportResult } from './import-result.js'
import { recallOptions } from './recall-options.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'
import { restoreRun } from './restore-run.js'
import { manifestDiffers, notResumable, planDiffers } from './resume-error.js'
import {
  type ResolvedResumeOptions,
  type ResumeOptions,
  resolveResumeOptions,
} from './resume-options.js'
import { StoppedMidway, withChunks } from './with-chunks.js'
import { withDiscovery } from './with-discovery.js'

/**
 * Goes on with an import that commits in chunks and that failed, was stopped or whose run was killed: at
 * the row behind the last one that is committed, so that every row is there once in the end. Keys, times
 * and options are those of the import. Files are read again to see that they are the same.
 *
 * @throws {GyroError} with a code of `ERROR_CODES`; what is committed stays, and can be resumed again.
 * @example
 * const { batch } = await resumeImport(manifest, { batch: '7f3a' })
 * batch.status // 'COMPLETED'
 */
export async function resumeImport(
  manifest: Manifest,
  options: ResumeOptions,
): Promise<ImportResult> {
  const resolved = resolveResumeOptions(options)
  const { signal } = resolved
  const url = await findDatabase(options)
  try {
    return await withChunks({ url, signal }, (session, begin) =>
      goOn(session, { manifest, url, asked: resolved }, begin),
    )
  } catch (error) {
    if (error instanceof StoppedMidway) throw error.failure
    throw signal.aborted ? interrupted() : translateFailure(error)
  }
}

interface ResumeRequest {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
  readonly asked: ResolvedResumeOptions
}

type Resumed = RecordedBatch & ResumableBatch

async function goOn(
  session: ChunkSession,
  { manifest, url, asked }: ResumeRequest,
  begin: (batch: string) => void,
): Promise<ImportResult> {
  const started = performance.now()
  const { onProgress, signal } = asked
  onProgress({ type: 'phase', phase: 'plan' })
  const batch = await findResumable(session, manifest, asked.batch)
  const { id, name } = batch
  const options = recallOptions(manifest, batch.options, asked)
  const { badRows } = options
  const rejects = badRows === null ? null : new RejectFolder({ ...badRows, name, signal })
  const late: string[] = []
  const onConfirmed = () => late.push(COMMIT_CONFIRMED)
  try {
    return await withDiscovery(options, manifest, async (discovery) => {
      const { files: recorded } = batch
      await expectSameFiles({ ...options, batch: id, recorded, found: discovery.files })
      const request = { ...options, manifest, url, discovery, rejects }
      const begun = await session.transaction(() => restore(session, batch, request))
      begin(id)
      const { isUndoable, ...outcome } = await finishChunks(begun.run, {
        writeRejects: () => writeRejects(request, begun.check),
        onConfirmed,
      })
      late.push(...((await rejects?.keep()) ?? []))
      return {
        batch: { id, name, status: 'COMPLETED', isUndoable },
        seconds: (performance.now() - started) / 1000,
        ...outcome,
        warnings: [...begun.warnings, ...late],
      }
    })
  } catch (error) {
    await rejects?.discard()
    throw error
  }
}

const COMMIT_CONFIRMED =
  'The connection was lost during COMMIT. The server was asked again: every row is there.'

/** Claims the batch for the connection, and expects that there is something left to do. */
async function findResumable(
  session: ChunkSession,
  manifest: Manifest,
  wanted: string,
): Promise<Resumed> {
  const { client } = session
  const { id } = await readBatch(client, wanted)
  await session.hold(id)
  // Whoever had it before may have brought it to its end meanwhile.
  const batch = await readBatch(client, id)
  const run = await readRun(client, id)
  if (batch.status === 'COMPLETED' || batch.status === 'ROLLED_BACK') {
    throw notResumable(id, batch.status)
  }
  if (batch.prunedAt !== null) throw batchIsPruned(id, batch.prunedAt)
  if (run === null) {
    throw notResumable(id, batch.commitMode === 'once' ? 'once' : 'nothing written')
  }
  if (batch.manifestFingerprint !== fingerprintManifest(manifest)) {
    throw manifestDiffers(id)
  }
  return { ...batch, ...run }
}

interface RestoreRequest extends ResolvedImportOptions {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
  readonly discovery: Discovery
  readonly rejects: RejectFolder | null
}

/** Has the batch be in progress again, with all that it knew when it began. */
async function restore(
  session: ChunkSession,
  batch: Resumed,
  request: RestoreRequest,
): Promise<{
  readonly run: ChunkedImport
  readonly check: RowCheck | null
  readonly warnings: readonly string[]
}> {
  const { client } = session
  const { id, runAt, toolVersion } = batch
  const { batchSize, onProgress, url } = request
  const prepared = await prepareChunks(client, request)
  if (fingerprintPlan(prepared) !== batch.planFingerprint) {
    throw planDiffers(id, toolVersion)
  }
  const { warnings } = prepared
  for (const warning of warnings) onProgress({ type: 'warning', warning })
  const { check, remaining } = await leaveOutBadRows(client, request, prepared)
  const journal = await reopen(client, batch, prepared)
  const given = { ...request, client, url, prepared: remaining, check, runAt, journal }
  const context = buildChunkContext(given)
  const checkpoints = await restoreRun(context, batch, remaining)
  const hashes = hashesOf(batch, remaining)
  return { run: { session, context, journal, batchSize, checkpoints, hashes }, check, warnings }
}

async function reopen(
  client: PostgresClient,
  batch: Resumed,
  { server }: PreparedImport,
): Promise<ImportJournal> {
  const { id, status } = batch
  const recorded = await ImportBatch.claim(client, { id, status })
  if (status === 'FAILED') await recorded.move('IN_PROGRESS')
  const detail = { toolVersion: TOOL_VERSION, rows: await countCommitted(client, id) }
  await recordEvent(client, id, { kind: 'resumed', detail })
  return new ImportJournal(client, recorded, { server, writes: await countWrites(client, id) })
}

/** They were compared with the files as they are. */
function hashesOf({ files }: Resumed, { models }: PreparedImport): ReadonlyMap<SourceFile, string> {
  const hashes = new Map<SourceFile, string>()
  for (const { model, source } of models) {
    for (const part of source.parts) {
      const file = files.find((each) => each.model === model && each.path === part.name)
      if (file !== undefined) hashes.set(part, file.sha256)
    }
  }
  return hashes
}
