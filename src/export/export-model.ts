import type { Manifest } from '../manifest/manifest.js'
import { connect } from '../postgres/connect.js'
import type { ProgressListener } from '../progress/progress.js'
import { findDatabase } from '../project/find-database.js'
import { interrupted, translateExportFailure, unknownModel } from './export-error.js'
import type { ExportModelOptions } from './export-options.js'
import { type ModelExport, prepareExport } from './prepare-export.js'
import { renderModel } from './render-model.js'
import { resolveExportOptions } from './resolve-export-options.js'
import { namesOfSlice } from './select-rows.js'

/**
 * The rows of one model as the bytes of a CSV file, without a folder. Changes nothing in the database.
 *
 * @throws {GyroError} with a code of `ERROR_CODES`, when it is read.
 * @example
 * await pipeline(exportModel(manifest, { model: 'Order' }), createWriteStream('orders.csv'))
 */
export async function* exportModel(
  manifest: Manifest,
  options: ExportModelOptions,
): AsyncGenerator<Buffer> {
  const resolved = resolveExportOptions(manifest, options, 'model')
  const { signal, onProgress } = resolved
  const wanted = manifest.models.find(({ name }) => name === options.model)
  if (wanted === undefined) {
    const known = manifest.models.map(({ name }) => name)
    throw unknownModel('model', options.model, known)
  }
  const url = await findDatabase(options)
  // Which rows belong to a slice, only all models together tell.
  const models = namesOfSlice(resolved).length === 0 ? [wanted] : manifest.models
  const client = await connect(url)
  const stop = () => void client.end().catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    signal.throwIfAborted()
    const asked = { ...resolved, manifest, models, schema: url.schema }
    const prepared = await prepareExport(client, asked)
    for (const warning of prepared.warnings) onProgress({ type: 'warning', warning })
    const found = prepared.models.find(({ plan }) => plan.name === wanted.name)
    if (found !== undefined) yield* renderModel(client, found, track(found, onProgress))
  } catch (error) {
    throw signal.aborted ? interrupted() : translateExportFailure(error)
  } finally {
    signal.removeEventListener('abort', stop)
    await client.end().catch(() => {})
  }
}

/** Tells how far it is. */
function track(
  { plan, selection }: ModelExport,
  onProgress: ProgressListener,
): Parameters<typeof renderModel>[2] {
  const started = performance.now()
  const about = { phase: 'export', model: plan.name } as const
  const rows = selection.rows ?? Math.max(0, plan.estimatedRows)
  onProgress({ type: 'phase', phase: 'export' })
  onProgress({ type: 'file-start', ...about, file: plan.name, bytes: 0, rows })
  return {
    onChunk: (bytes, soFar) => onProgress({ type: 'file-progress', ...about, bytes, rows: soFar }),
    onRows: (sent) => {
      const seconds = (performance.now() - started) / 1000
      onProgress({ type: 'file-end', ...about, rows: sent, seconds })
    },
  }
}
