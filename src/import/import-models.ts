import { randomUUID } from 'node:crypto'
import type { RowCheck } from '../check/row-check.js'
import { isGyroError } from '../error/gyro-error.js'
import { LateRejections } from '../hooks/late-rejections.js'
import { truncateTables } from '../load/truncate-tables.js'
import type { Manifest } from '../manifest/manifest.js'
import { joinMissingPrivileges } from '../plan/grants.js'
import { prepareImport } from '../plan/prepare-import.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import { findImportLockHolder, tryImportLock } from '../postgres/advisory-lock.js'
import type { PostgresClient } from '../postgres/client.js'
import { translateFailure } from '../postgres/postgres-error.js'
import { adaptTransaction } from '../postgres/server.js'
import { RejectFolder } from '../rejects/reject-folder.js'
import type { Discovery } from '../source/discover-files.js'
import { buildRequest } from './build-request.js'
import { describeOptions } from './describe-options.js'
import { expectNoProblems } from './expect-no-problems.js'
import { alreadyRunning, interrupted, rejectsNowhere } from './import-error.js'
import { importInChunks } from './import-in-chunks.js'
import type { ImportOptions } from './import-options.js'
import type { ImportResult } from './import-result.js'
import { type ImportTarget, withTarget } from './import-target.js'
import { explainUnkept, HistoryEntry } from './keep-history.js'
import { loadPrepared } from './load-prepared.js'
import { loadRemaining } from './load-remaining.js'
import { type ResolvedImportOptions, resolveImportOptions } from './resolve-import-options.js'
import { resolveTarget, schemaOf } from './resolve-target.js'
import { StoppedMidway } from './with-chunks.js'
import { withDiscovery } from './with-discovery.js'
import { withHooks } from './with-hooks.js'

/**
 * Loads a folder of CSV files, or a stream of one, all or nothing: every row gets a new key, every reference follows.
 * One transaction on one connection; when it rejects, the target is as it was, except that ids taken
 * from sequences are not given back.
 *
 * @throws {GyroError} with a code of `ERROR_CODES`: nothing was written. Only
 * `POSTGRES.OUTCOME_UNKNOWN` leaves that open.
 * @example
 * const result = await importModels(manifest, { from: './export' })
 * result.models.map(({ model, loaded }) => `${model}: ${loaded} rows`)
 */
export async function importModels(
  manifest: Manifest,
  options: ImportOptions,
): Promise<ImportResult> {
  const asked = resolveImportOptions(manifest, options)
  const rejected = new LateRejections(asked.signal)
  const resolved = { ...asked, signal: rejected.signal }
  const { signal, badRows, batchName } = resolved
  if (resolved.rejectsMissing && badRows === null) throw rejectsNowhere()
  const choice = await resolveTarget(options)
  const rejects =
    badRows === null ? null : new RejectFolder({ ...badRows, name: batchName, signal })
  const collects = badRows !== null
  const hooking = { ...resolved, manifest, schema: schemaOf(choice), collects, late: rejected }
  const batch = { id: randomUUID(), name: batchName }
  const told = {
    ...batch,
    commitMode: resolved.commit,
    manifest,
    options: describeOptions(options),
  } as const
  const unkept = explainUnkept(resolved.keepsHistory, choice.kind)
  const keeps = unkept === null && choice.kind === 'url'
  const history = keeps ? new HistoryEntry(choice.url, told) : null
  const late: string[] = []
  const asks = history === null ? {} : { ask: history.ask }
  const onConfirmed = () => late.push(COMMIT_CONFIRMED)
  const events = { signal, onConfirmed, ...asks }
  try {
    const result = await withDiscovery(resolved, manifest, (discovery) => {
      if (resolved.commit === 'chunk' && history !== null && choice.kind === 'url') {
        const run = { ...resolved, batch, history, manifest, discovery, rejects }
        return importInChunks({ ...run, url: choice.url, onConfirmed })
      }
      return withHooks(discovery, hooking, (hooked) =>
        withTarget(choice, events, async (client, target) => {
          const kept = { batch, history, unkept }
          const run = { ...resolved, ...kept, manifest, target, discovery: hooked, rejects }
          const result = await runImport(client, run)
          if (rejected.error !== null) throw rejected.error
          rejected.close()
          return result
        }),
      )
    })
    late.push(...((await rejects?.keep()) ?? []))
    for (const warning of late) resolved.onProgress({ type: 'warning', warning })
    return { ...result, warnings: [...result.warnings, ...late] }
  } catch (error) {
    if (error instanceof StoppedMidway) {
      await rejects?.discard()
      throw error.failure
    }
    await (mayNeedRejects(error) ? rejects?.keep() : rejects?.discard())
    const failure = explainFailure(error, rejected)
    const code = isGyroError(failure) ? failure.code : UNEXPECTED
    if (!UNREACHABLE.includes(code)) await history?.tellFailure(code)
    throw failure
  }
}

/** What to throw for what was thrown. */
function explainFailure(error: unknown, { signal, error: late }: LateRejections): unknown {
  const isUnknown = isGyroError(error) && error.code === 'POSTGRES.OUTCOME_UNKNOWN'
  return signal.aborted && !isUnknown ? (late ?? interrupted()) : translateFailure(error)
}

/** Whether rejected rows are to be looked at though the import failed, or may not have failed. */
function mayNeedRejects(error: unknown): boolean {
  const codes = ['IMPORT.TOO_MANY_REJECTS', 'POSTGRES.OUTCOME_UNKNOWN']
  return isGyroError(error) && codes.includes(error.code)
}

/** After these no server may be there that a failure could be told. */
const UNREACHABLE = ['POSTGRES.CONNECTION_LOST', 'POSTGRES.OUTCOME_UNKNOWN', 'POSTGRES.UNREACHABLE']

/** In place of the code of an error that has none: a bug of ours. */
const UNEXPECTED = 'UNEXPECTED'

const COMMIT_CONFIRMED =
  'The connection was lost during COMMIT. The server was asked again: every row is there.'

interface ImportRun extends ResolvedImportOptions {
  readonly manifest: Manifest
  readonly target: ImportTarget
  readonly discovery: Discovery
  /** Null where a bad row fails the import. */
  readonly rejects: RejectFolder | null
  readonly batch: { readonly id: string; readonly name: string }
  /** Null where no history is wanted. */
  readonly history: HistoryEntry | null
  /** Why none is kept, for people; null where one is. */
  readonly unkept: string | null
}

/** The import from its plan to its checks, inside the transaction. */
async function runImport(client: PostgresClient, run: ImportRun): Promise<ImportResult> {
  const started = performance.now()
  const { target, onProgress, signal, badRows, rejects } = run
  if (!(await tryImportLock(client))) {
    throw alreadyRunning(target.name, await findImportLockHolder(client))
  }
  onProgress({ type: 'phase', phase: 'plan' })
  await adaptTransaction(client)
  const prepared = await prepareImport(client, buildRequest(run))
  const { server, problems } = prepared
  expectNoProblems(joinMissingPrivileges(problems, server.role))
  const { journal, warnings: missing } = (await run.history?.begin(client, prepared)) ?? {
    journal: null,
    warnings: run.unkept === null ? [] : [run.unkept],
  }
  const warnings = [...prepared.warnings, ...missing]
  for (const warning of warnings) onProgress({ type: 'warning', warning })

  await truncateTables(client, prepared.emptied)
  const load = (part: PreparedImport, check: RowCheck | null) =>
    loadPrepared(client, { ...run, journal }, { prepared: part, check })
  const outcome =
    badRows === null || rejects === null
      ? { ...(await load(prepared, null)), rejects: null }
      : await loadRemaining(
          { client, prepared, policy: badRows, folder: rejects, onProgress, signal },
          load,
        )
  await journal?.batch.move('COMPLETED')
  signal.throwIfAborted()
  for (const warning of outcome.warnings) onProgress({ type: 'warning', warning })
  onProgress({ type: 'phase', phase: 'commit' })
  return {
    batch: { ...run.batch, status: 'COMPLETED', isUndoable: outcome.isUndoable },
    seconds: (performance.now() - started) / 1000,
    models: outcome.models,
    checks: outcome.checks,
    warnings: [...warnings, ...outcome.warnings],
    rejects: outcome.rejects,
  }
}
