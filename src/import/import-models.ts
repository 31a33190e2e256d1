import { randomBytes, randomUUID } from 'node:crypto'
import { buildErrorReport } from '../error/error-report.js'
import { GyroError, isGyroError } from '../error/gyro-error.js'
import { SECRET_BYTES } from '../keys/fresh-keys.js'
import type { IntegerKeySet } from '../keys/integer-key-set.js'
import type { KeyMap } from '../keys/key-map.js'
import { fileChanged } from '../keys/keys-error.js'
import type { Rows } from '../keys/row-set.js'
import { SequentialRemappingStrategy } from '../keys/sequential-remapping-strategy.js'
import { surveyKeys } from '../keys/survey-keys.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { LoadedModel, MetRows, TrackLoad } from '../load/load-context.js'
import { loadGroup } from '../load/load-group.js'
import { PostgresBulkLoader } from '../load/postgres-bulk-loader.js'
import { sendByInsert } from '../load/send-by-insert.js'
import { sendByCopy } from '../load/send-rows.js'
import { settleRelease } from '../load/settle-release.js'
import { truncateTables } from '../load/truncate-tables.js'
import { withRelease } from '../load/with-release.js'
import type { Manifest } from '../manifest/manifest.js'
import { joinMissingPrivileges } from '../plan/grants.js'
import { findNarrowReferences } from '../plan/narrow-references.js'
import { narrowReference } from '../plan/plan-error.js'
import { prepareImport } from '../plan/prepare-import.js'
import type { PreparedModel, ReservedKey } from '../plan/prepared-import.js'
import { tryImportLock } from '../postgres/advisory-lock.js'
import { cancelOnAbort } from '../postgres/cancel-on-abort.js'
import type { PostgresClient } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import { type DatabaseUrl, describeDatabase } from '../postgres/database-url.js'
import { displayName } from '../postgres/identifier.js'
import { readNumberingOf } from '../postgres/numbering.js'
import { translateFailure } from '../postgres/postgres-error.js'
import { advanceSequence } from '../postgres/sequence.js'
import { adaptTransaction } from '../postgres/server.js'
import { withTransaction } from '../postgres/transaction.js'
import { readTransactionTime } from '../postgres/transaction-time.js'
import type { Discovery } from '../source/discover-files.js'
import { openSourceFile } from '../source/open-source-file.js'
import { type CheckResult, verifyImport } from '../verify/verify-import.js'
import { buildTruncation } from './build-truncation.js'
import { type ImportContext, withFileProgress } from './import-context.js'
import { alreadyRunning, checkFailed, interrupted } from './import-error.js'
import type { ImportOptions } from './import-options.js'
import type { ImportResult, ModelResult } from './import-result.js'
import { mapTextKeys } from './map-text-keys.js'
import { type ResolvedImportOptions, resolveImportOptions } from './resolve-import-options.js'
import { resolveTarget } from './resolve-target.js'
import { withDiscovery } from './with-discovery.js'

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
  const resolved = resolveImportOptions(manifest, options)
  const url = await resolveTarget(options)
  const { signal } = resolved
  try {
    const late: string[] = []
    const result = await withDiscovery(resolved, manifest, (discovery) =>
      withConnection(url, (client) =>
        withTransaction(
          client,
          () =>
            cancelOnAbort({ client, url, signal }, () =>
              runImport(client, { ...resolved, manifest, url, discovery }),
            ),
          { url, onConfirmed: () => late.push(COMMIT_CONFIRMED) },
        ),
      ),
    )
    return { ...result, warnings: [...result.warnings, ...late] }
  } catch (error) {
    const isUnknown = isGyroError(error) && error.code === 'POSTGRES.OUTCOME_UNKNOWN'
    throw signal.aborted && !isUnknown ? interrupted() : translateFailure(error)
  }
}

const COMMIT_CONFIRMED =
  'The connection was lost during COMMIT. The server was asked again: every row is there.'

interface ImportRun extends ResolvedImportOptions {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
  readonly discovery: Discovery
}

/** The import from its plan to its checks, inside the transaction. */
async function runImport(client: PostgresClient, run: ImportRun): Promise<ImportResult> {
  const started = performance.now()
  const { url, onProgress, signal } = run
  if (!(await tryImportLock(client))) {
    throw alreadyRunning(describeDatabase(url))
  }
  onProgress({ type: 'phase', phase: 'plan' })
  await adaptTransaction(client)
  const { schema, poolerSign } = url
  const truncation = buildTruncation(run, url)
  const prepared = await prepareImport(client, { ...run, schema, poolerSign, truncation })
  const { server, groups, models, pins, release, problems, warnings } = prepared
  expectNoProblems(joinMissingPrivileges(problems, server.role))
  for (const warning of warnings) onProgress({ type: 'warning', warning })

  await truncateTables(client, prepared.emptied)
  const keyMaps = new Map<string, KeyMap | TextKeyMap>()
  const runAt = await readTransactionTime(client)
  const skipped = new Map<string, Rows>()
  const met = new Map<string, MetRows>()
  const sendRows = run.useCopy ? sendByCopy : sendByInsert
  const decided = { groups, models, release }
  const state = { keyMaps, skipped, met, runAt }
  const context: ImportContext = { client, url, ...decided, ...state, sendRows, onProgress, signal }
  await mapKeys(context)
  const { customStrategies } = run
  await mapTextKeys(context, { secret: randomBytes(SECRET_BYTES), pins, customStrategies })
  onProgress({ type: 'phase', phase: 'load' })
  const { warnings: late, ...settled } = await settleRelease(client, context)
  const loading = { ...context, ...settled }
  const loaded = await withRelease(loading, settled.release, () => loadGroups(loading))
  await advanceSequences(context, loaded)
  const checks = await verify(context, loaded)
  signal.throwIfAborted()
  onProgress({ type: 'phase', phase: 'commit' })
  return {
    batch: { id: randomUUID(), name: run.batchName, status: 'COMPLETED' },
    seconds: (performance.now() - started) / 1000,
    models: loaded.map((model) => describeModelResult(model, context)),
    checks,
    warnings: [...warnings, ...late],
  }
}

/** Throws the first problem of a plan; the others are told beside it. */
function expectNoProblems([first, ...others]: readonly GyroError[]): void {
  if (first === undefined) return
  if (others.length === 0) throw first
  const meta = { ...first.details.meta, alsoFound: others.map(buildErrorReport) }
  throw new GyroError(first.code, first.summary, { ...first.details, meta })
}

/**
 * Reads the source keys of all files, then takes an id for each: before anything is written.
 *
 * @throws {GyroError} `KEYS.NARROW_REFERENCE` when a column that refers to them is too narrow.
 */
async function mapKeys(context: ImportContext): Promise<void> {
  const { client, url, models, keyMaps, onProgress, signal } = context
  const surveys: { model: PreparedModel; key: ReservedKey; keys: IntegerKeySet }[] = []
  onProgress({ type: 'phase', phase: 'survey' })
  for (const model of models) {
    const { key, source, dialect } = model
    if (key?.kind !== 'reserved') continue
    const input = { ...key, model: model.model, dialect, column: key.index }
    const parts = source.parts.map((part) => ({
      file: part.path,
      open: () => openSourceFile(part, signal),
    }))
    const { keys } = await withFileProgress(context, 'survey', model, (report) =>
      surveyKeys(parts, input, report),
    )
    surveys.push({ model, key, keys })
  }
  onProgress({ type: 'phase', phase: 'reserve' })
  const strategy = new SequentialRemappingStrategy(client, url)
  for (const { model, key, keys } of surveys) {
    signal.throwIfAborted()
    keyMaps.set(model.model, await strategy.mapKeys(keys, { ...key, table: model.table }))
  }
  const [narrow] = findNarrowReferences(models, (model) => keyMaps.get(model)?.range ?? null)
  if (narrow !== undefined) throw narrowReference(narrow)
}

interface LoadedFile extends LoadedModel {
  readonly prepared: PreparedModel
  readonly seconds: number
}

/** Group after group, each the way that was chosen for it, and what PostgreSQL checks after COPY. */
async function loadGroups(context: ImportContext): Promise<readonly LoadedFile[]> {
  const { groups, models, keyMaps, signal } = context
  const loaded: LoadedFile[] = []
  const track: TrackLoad = async (prepared, work) => {
    signal.throwIfAborted()
    const file = await withFileProgress(context, 'load', prepared, work)
    // A row that went away between survey and load left its new key to those that refer to it.
    const surveyed = keyMaps.get(prepared.model)?.size ?? null
    if (surveyed !== null && !prepared.key?.mayRepeat && surveyed !== file.rows + file.skipped) {
      throw fileChanged(prepared.source.path)
    }
    loaded.push({ ...file, prepared })
  }
  for (const group of groups) {
    const members = models.filter(({ model }) => group.models.includes(model))
    await loadGroup(context, group, { models: members, track })
  }
  await new PostgresBulkLoader(context).checkDeferred(models)
  return loaded
}

/** Moves sequences past the values that were kept, so that they do not give them again. */
async function advanceSequences(
  { client }: ImportContext,
  loaded: readonly LoadedFile[],
): Promise<void> {
  for (const { prepared, highest } of loaded) {
    const { table } = prepared
    for (const [index, column] of prepared.columns.entries()) {
      const { sequence } = column
      const isKept = column.role.kind === 'key' && keepsOthers(prepared)
      const sent = highest.get(index) ?? (isKept ? 0n : undefined)
      if (sequence === null || sent === undefined) continue
      // Rows that were there before may be above those of the file, which a policy may hide.
      const { highest: stored } = await readNumberingOf(client, { ...column, table })
      const past = stored !== null && stored > sent ? stored : sent
      await advanceSequence(client, { sequence, table, past })
    }
  }
}

/** Whether the keys of rows that are not there stay what they are, though others do not. */
function keepsOthers({ key }: PreparedModel): boolean {
  return key?.kind === 'matched' && key.otherwise === null
}

async function verify(
  { client, keyMaps, met, onProgress }: ImportContext,
  loaded: readonly LoadedFile[],
): Promise<readonly CheckResult[]> {
  onProgress({ type: 'phase', phase: 'verify' })
  const verified = loaded.map((file) => ({
    prepared: file.prepared,
    read: file.rows + file.skipped,
    ...countRows(file, met),
  }))
  const ranges = new Map(
    [...keyMaps].flatMap(([model, { range }]) => (range === null ? [] : [[model, range]])),
  )
  const checks = await verifyImport(client, verified, ranges)
  if (checks.some(({ ok }) => !ok)) {
    throw checkFailed(checks)
  }
  return checks
}

/** What became of the rows that were sent and of those that were left out before. */
function countRows(
  { prepared, rows, skipped }: LoadedFile,
  met: ImportContext['met'],
): Pick<ModelResult, 'loaded' | 'updated' | 'skipped' | 'unchanged'> {
  const { updated, unchanged } = met.get(prepared.model) ?? { updated: 0, unchanged: 0 }
  return {
    loaded: rows - updated - unchanged,
    updated,
    skipped: skipped + unchanged,
    unchanged: prepared.conflict?.action === 'update' ? unchanged : 0,
  }
}

function describeModelResult(
  file: LoadedFile,
  { keyMaps, met }: Pick<ImportContext, 'keyMaps' | 'met'>,
): ModelResult {
  const { prepared, rows, skipped, seconds } = file
  const { model, table, source, technique, strategy } = prepared
  const range = keyMaps.get(model)?.range ?? null
  return {
    model,
    table: displayName(table),
    file: source.name,
    files: source.parts.map(({ name }) => name),
    technique,
    strategy,
    read: rows + skipped,
    ...countRows(file, met),
    rejected: 0,
    keys: range === null ? null : { from: String(range.from), to: String(range.to) },
    bytes: source.bytes,
    seconds,
  }
}
