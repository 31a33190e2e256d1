import { leaveOutRejects } from '../check/leave-out-rejects.js'
import type { RowCheck } from '../check/row-check.js'
import type { Manifest } from '../manifest/manifest.js'
import { joinMissingPrivileges } from '../plan/grants.js'
import { prepareImport } from '../plan/prepare-import.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { readTransactionTime } from '../postgres/transaction-time.js'
import type { RejectFolder } from '../rejects/reject-folder.js'
import type { Discovery } from '../source/discover-files.js'
import { beginChunks } from './begin-chunks.js'
import { buildChunkContext } from './build-chunk-context.js'
import { buildRequest } from './build-request.js'
import { checkFiles } from './check-files.js'
import type { ChunkSession } from './chunk-session.js'
import type { ChunkedImport } from './chunked-import.js'
import { expectNoProblems } from './expect-no-problems.js'
import { finishChunks } from './finish-chunks.js'
import type { ImportResult } from './import-result.js'
import { buildUrlTarget } from './import-target.js'
import type { HistoryEntry } from './keep-history.js'
import { expectFew, writeRejectedRows } from './load-remaining.js'
import { warnOfChunks } from './plan-chunks.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'
import { chunksNeedHistory } from './resume-error.js'
import { withChunks } from './with-chunks.js'

/** What an import in chunks is asked to do. */
export interface ChunkRequest extends ResolvedImportOptions {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
  readonly discovery: Discovery
  /** Null where a bad row fails the import. */
  readonly rejects: RejectFolder | null
  readonly batch: { readonly id: string; readonly name: string }
  readonly history: HistoryEntry
  /** Called when the answer to the last COMMIT got lost and it had happened. */
  readonly onConfirmed: () => void
}

/**
 * An import whose rows are committed in chunks: a first transaction with all that it takes to go on, one
 * for each chunk, a last one with what is checked at the end.
 *
 * @throws {StoppedMidway} after the first transaction; else what went wrong: nothing was written.
 */
export function importInChunks(request: ChunkRequest): Promise<ImportResult> {
  const started = performance.now()
  const { batch } = request
  return withChunks(request, async (session, begin) => {
    await session.hold(batch.id)
    const { run, check, warnings } = await session.transaction(() => beginRun(session, request))
    begin(batch.id)
    const { isUndoable, ...outcome } = await finishChunks(run, {
      writeRejects: () => writeRejects(request, check),
      onConfirmed: request.onConfirmed,
    })
    return {
      batch: { ...batch, status: 'COMPLETED', isUndoable },
      seconds: (performance.now() - started) / 1000,
      ...outcome,
      warnings,
    }
  })
}

async function beginRun(
  session: ChunkSession,
  request: ChunkRequest,
): Promise<{
  readonly run: ChunkedImport
  readonly check: RowCheck | null
  readonly warnings: readonly string[]
}> {
  const { client } = session
  const { url, onProgress, history, batchSize, customStrategies } = request
  onProgress({ type: 'phase', phase: 'plan' })
  const prepared = await prepareChunks(client, request)
  const { journal, warnings: missing } = await history.begin(client, prepared)
  if (journal === null) throw chunksNeedHistory(missing)
  const warnings = [...prepared.warnings, ...warnOfChunks(prepared.models)]
  for (const warning of warnings) onProgress({ type: 'warning', warning })

  const { check, remaining } = await leaveOutBadRows(client, request, prepared)
  const runAt = await readTransactionTime(client)
  const context = buildChunkContext({
    ...{ ...request, client, url, prepared: remaining, check, runAt, journal },
  })
  const unbegun = { session, context, journal, batchSize, prepared: remaining, customStrategies }
  return { run: await beginChunks(unbegun), check, warnings }
}

/** The plan, against which nothing stands. */
export async function prepareChunks(
  client: PostgresClient,
  request: Omit<ChunkRequest, 'batch' | 'history' | 'rejects' | 'onConfirmed'>,
): Promise<PreparedImport> {
  const target = buildUrlTarget(request.url)
  const prepared = await prepareImport(client, buildRequest({ ...request, target }))
  expectNoProblems(joinMissingPrivileges(prepared.problems, prepared.server.role))
  return prepared
}

/** The rows that can be loaded, where others are to be rejected; the same each time for the same files. */
export async function leaveOutBadRows(
  client: PostgresClient,
  {
    badRows,
    rejects,
    onProgress,
    signal,
  }: Pick<ChunkRequest, 'badRows' | 'rejects' | 'onProgress' | 'signal'>,
  prepared: PreparedImport,
): Promise<{ readonly check: RowCheck | null; readonly remaining: PreparedImport }> {
  if (badRows === null || rejects === null) return { check: null, remaining: prepared }
  const check = await checkFiles(client, prepared, { onProgress, signal })
  const [unreadable] = check.unreadable
  if (unreadable !== undefined) throw unreadable
  await expectFew(check, badRows, rejects)
  return { check, remaining: await leaveOutRejects(prepared, check, signal) }
}

/** Null where no row was rejected. */
export async function writeRejects(
  { rejects, signal }: Pick<ChunkRequest, 'rejects' | 'signal'>,
  check: RowCheck | null,
): Promise<ImportResult['rejects']> {
  const isNone = check === null || rejects === null || check.rejected === 0
  return isNone ? null : writeRejectedRows(check, rejects, signal)
}
