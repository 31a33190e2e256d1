import { isGyroError } from '../error/gyro-error.js'
import { findBatchHolder } from '../history/batch-lock.js'
import { batchIsPruned, batchIsRunning } from '../history/history-error.js'
import { expectReadableHistory } from '../history/history-rights.js'
import { type RecordedBatch, readBatch, readModels } from '../history/read-batch.js'
import { type ImportDetails, readImportDetails } from '../history/read-imports.js'
import { fingerprintManifest } from '../manifest/fingerprint-manifest.js'
import type { Manifest } from '../manifest/manifest.js'
import { prepareImport } from '../plan/prepare-import.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { cancelOnAbort } from '../postgres/cancel-on-abort.js'
import type { PostgresClient } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { isConnectionLoss, isServerError } from '../postgres/postgres-error.js'
import { withScratch } from '../postgres/with-scratch.js'
import { findDatabase } from '../project/find-database.js'
import type { Discovery } from '../source/discover-files.js'
import { STREAM_NAME } from '../source/spool-input.js'
import { runVerification } from '../verification/run-verification.js'
import {
  filesDiffer,
  noFiles,
  notCompleted,
  otherManifest,
  verifyConnectionLost,
  verifyInterrupted,
  verifyRefused,
} from '../verification/verification-error.js'
import type { VerifyResult } from '../verification/verification-result.js'
import { buildRequest } from './build-request.js'
import { listChangedFiles } from './expect-same-files.js'
import { withFileProgress } from './import-context.js'
import { buildUrlTarget } from './import-target.js'
import { recallOptions } from './recall-options.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'
import {
  type ResolvedVerifyOptions,
  resolveVerifyOptions,
  type VerifyOptions,
} from './verify-options.js'
import { withDiscovery } from './with-discovery.js'

/**
 * Compares an import with the files that it was made of: how many rows there are, the values of every
 * column that kept them, and which rows refer to which, told by their values. New keys are not believed:
 * a row that got a wrong one, or a wrong reference, is seen. Changes nothing; needs the right to make
 * temporary tables.
 *
 * Rows that others have added beside those of the batch are none of it. What others have changed in its
 * rows since is a difference like any other.
 *
 * @returns What was compared, `ok` where nothing differs, and what could not be compared.
 * @throws {GyroError} `VERIFY.*`, `HISTORY.*`, `POSTGRES.*`, `PROJECT.*`, `IMPORT.INVALID_OPTION`.
 * @example
 * const { ok, models } = await verifyImport(manifest, { batch: 'last' })
 * models.filter(({ rows }) => !rows.ok).map(({ model }) => model)
 */
export async function verifyImport(
  manifest: Manifest,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const started = performance.now()
  const resolved = resolveVerifyOptions(options)
  const { signal } = resolved
  const url = await findDatabase(options)
  try {
    return await withConnection(url, (client) =>
      withScratch(client, () =>
        cancelOnAbort({ client, url, signal }, async () => {
          const result = await verify(client, { manifest, url, asked: resolved })
          return { ...result, seconds: (performance.now() - started) / 1000 }
        }),
      ),
    )
  } catch (error) {
    throw signal.aborted ? verifyInterrupted() : translateFailure(error)
  }
}

interface VerifyRequest {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
  readonly asked: ResolvedVerifyOptions
}

async function verify(
  client: PostgresClient,
  request: VerifyRequest,
): Promise<Omit<VerifyResult, 'seconds'>> {
  const { manifest, url, asked } = request
  const { onProgress, signal } = asked
  onProgress({ type: 'phase', phase: 'plan' })
  const { batch, details } = await findVerifiable(client, request)
  const { options, transformed } = recall(request, batch, details)
  const prepared = await withDiscovery(options, manifest, async (discovery) => {
    await expectFilesOf(batch.id, { details, discovery, options })
    return prepare(client, { manifest, url, options, discovery })
  })
  onProgress({ type: 'phase', phase: 'verify' })
  const result = await runVerification(client, {
    ...{ batch, prepared, manifest, transformed, signal },
    recorded: await readModels(client, batch.id),
    counts: details.models,
    schema: url.schema,
    track: (model, work) => withFileProgress({ onProgress }, 'check', model, work),
  })
  const { id, name, createdAt } = batch
  return { batch: { id, name, createdAt }, ...result }
}

/** A batch of which all rows are there, and of which the history has all. */
async function findVerifiable(
  client: PostgresClient,
  { manifest, asked }: VerifyRequest,
): Promise<{ readonly batch: RecordedBatch; readonly details: ImportDetails }> {
  await expectReadableHistory(client)
  const batch = await readBatch(client, asked.batch)
  const { id, status, prunedAt } = batch
  const holder = await findBatchHolder(client, id)
  if (holder !== null) throw batchIsRunning(id, holder)
  if (status !== 'COMPLETED') throw notCompleted(id, status)
  if (prunedAt !== null) throw batchIsPruned(id, prunedAt)
  if (batch.manifestFingerprint !== fingerprintManifest(manifest)) throw otherManifest(id)
  return { batch, details: await readImportDetails(client, id) }
}

/** The options of the import, and the models whose rows hooks may have changed. */
function recall(
  { manifest, asked }: VerifyRequest,
  { id }: RecordedBatch,
  { options }: ImportDetails,
): { readonly options: ResolvedImportOptions; readonly transformed: ReadonlySet<string> } {
  const { rows, transform, validate: _, ...others } = options
  if (rows !== undefined) throw noFiles(id, 'rows of a program')
  if (asked.from === null && others['from'] === undefined) throw noFiles(id, 'a stream')
  const transformed = new Set(Array.isArray(transform) ? transform.map(String) : [])
  return { options: recallOptions(manifest, others, asked), transformed }
}

/** @throws {GyroError} `VERIFY.FILES_DIFFER` naming every file that is not what it was. */
async function expectFilesOf(
  batch: string,
  {
    details,
    discovery: { files: found },
    options: { models, signal },
  }: {
    readonly details: ImportDetails
    readonly discovery: Discovery
    readonly options: ResolvedImportOptions
  },
): Promise<void> {
  const recorded = details.files.map(({ model, file, sha256, bytes }) => {
    const parts = found.find((each) => each.model.name === model)?.parts
    // What came as a stream may be a file of any name now.
    const name = file === STREAM_NAME && parts?.length === 1 ? parts[0].name : file
    return { model, path: name, sha256, bytes }
  })
  const changed = await listChangedFiles({ recorded, found, models, signal })
  if (changed.length > 0) throw filesDiffer(batch, changed)
}

/**
 * What would be imported now: only what becomes of columns and references is wanted of that, so that
 * what stands against it is none of our business, unless a file cannot be read.
 */
async function prepare(
  client: PostgresClient,
  {
    manifest,
    url,
    options,
    discovery,
  }: Omit<VerifyRequest, 'asked'> & {
    readonly options: ResolvedImportOptions
    readonly discovery: Discovery
  },
): Promise<readonly PreparedModel[]> {
  const target = buildUrlTarget(url)
  const plain = { truncate: false, useCopy: true, fkMode: 'checked' } as const
  const request = buildRequest({ ...options, ...plain, manifest, discovery, target })
  const { models, problems } = await prepareImport(client, request)
  const read = new Set(models.map(({ model }) => model))
  const wanted = discovery.files.map(({ model }) => model.name)
  const isMissing = wanted.some(
    (name) => !read.has(name) && (options.models?.includes(name) ?? true),
  )
  const [problem] = problems
  if (isMissing && problem !== undefined) throw problem
  return models
}

/** What failed on the server, in terms of a verification. */
function translateFailure(error: unknown): unknown {
  if (isGyroError(error)) return error
  if (isConnectionLoss(error)) return verifyConnectionLost(error)
  if (!isServerError(error)) return error
  const { code, message, where = '' } = error
  // Where there is a context, words may hold values of rows.
  return verifyRefused(code, where === '' ? message : 'it said so in the context of a row')
}
