import { TOOL_VERSION } from '../history/tool-version.js'
import { fingerprintManifest } from '../manifest/fingerprint-manifest.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PostgresClient } from '../postgres/client.js'
import { type DatabaseUrl, describeDatabase } from '../postgres/database-url.js'
import { findDatabase } from '../project/find-database.js'
import type { RowCondition } from '../slice/root-options.js'
import type { ExportedSlice, ExportRecord } from '../source/export-record.js'
import { chooseFileNames } from './choose-file-names.js'
import { DataSlicer, type SlicedFile } from './data-slicer.js'
import { ExportFolder } from './export-folder.js'
import type { ExportOptions } from './export-options.js'
import type { ExportedFile, ExportResult } from './export-result.js'
import { describeModel, type PreparedExport } from './prepare-export.js'
import { type ResolvedExportOptions, resolveExportOptions } from './resolve-export-options.js'
import { openBeside } from './snapshot-connections.js'
import { withSource } from './with-source.js'

/**
 * Writes the rows of a database into a folder that an import reads: a CSV file per model, as COPY gives
 * it, and `export.json`. All files show the database at one moment. Changes nothing there; when it rejects,
 * the folder is as it was.
 *
 * @throws {GyroError} with a code of `ERROR_CODES`.
 * @example
 * const result = await exportModels(manifest, { to: './export' })
 * result.models.map(({ model, rows }) => `${model}: ${rows} rows`)
 */
export async function exportModels(
  manifest: Manifest,
  options: ExportOptions,
): Promise<ExportResult> {
  const started = performance.now()
  const resolved = resolveExportOptions(manifest, options, 'export')
  const url = await findDatabase(options)
  const files = chooseFileNames(manifest.models, resolved)
  const folder = await ExportFolder.find(options.to, { ...resolved, files: [...files.values()] })
  try {
    return await withSource({ ...resolved, manifest, url }, async (client, prepared) => {
      for (const warning of prepared.warnings) resolved.onProgress({ type: 'warning', warning })
      await folder.make()
      const run = { ...resolved, manifest, url, files, folder, prepared }
      const { models, warnings } = await writeFiles(client, run)
      const { snapshotTime } = prepared
      await folder.keep(buildRecord({ ...run, models, warnings }))
      const seconds = (performance.now() - started) / 1000
      const target = describeDatabase(url)
      return { target, folder: folder.name, seconds, snapshotTime, models, warnings }
    })
  } catch (error) {
    await folder.discard()
    throw error
  }
}

interface ExportRun extends ResolvedExportOptions {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
  readonly files: ReadonlyMap<string, string>
  readonly folder: ExportFolder
  readonly prepared: PreparedExport
}

type Written = Pick<ExportResult, 'models' | 'warnings'>

async function writeFiles(client: PostgresClient, run: ExportRun): Promise<Written> {
  const { prepared, url, onProgress, signal } = run
  const jobs = Math.min(run.jobs, prepared.models.length)
  const beside = await openBeside(client, { url, held: prepared.held, jobs })
  try {
    for (const warning of beside.warnings) onProgress({ type: 'warning', warning })
    onProgress({ type: 'phase', phase: 'export' })
    const clients = [client, ...beside.clients]
    const sliced = await new DataSlicer(run).run(clients, prepared.models)
    signal.throwIfAborted()
    const models = prepared.models.map((model): ExportedFile => {
      const file = sliced.get(model.plan.name) as SlicedFile
      return { ...describeModel(model), ...file }
    })
    return { models, warnings: [...prepared.warnings, ...beside.warnings] }
  } finally {
    await Promise.all(beside.clients.map((each) => each.end().catch(() => {})))
  }
}

function buildRecord(run: ExportRun & Written): ExportRecord {
  const { manifest, prepared, models, warnings } = run
  return {
    version: 1,
    tool: `prisma-gyro ${TOOL_VERSION}`,
    manifest: fingerprintManifest(manifest),
    snapshotTime: prepared.snapshotTime,
    slice: describeSlice(run),
    models: models.map(({ seconds: _, ...model }) => model),
    warnings,
  }
}

function describeSlice({ where, roots }: ResolvedExportOptions): ExportedSlice {
  const conditions = Object.entries(where).map(([model, given]): [string, string] => {
    const all = [given].flat() as readonly RowCondition[]
    return [model, all.map(describeCondition).join(' or ')]
  })
  return { where: Object.fromEntries(conditions), roots: Object.keys(roots) }
}

/** Without what is compared with, which may be a value of a row. */
function describeCondition(condition: RowCondition): string {
  const sql = typeof condition === 'string' ? condition : condition.sql
  return sql.replaceAll(/(?:\$\d+|\w*'(?:[^']|'')*'|(?<![\w$"])[\d.]+)/g, (found) =>
    found.startsWith('$') ? found : '?',
  )
}
