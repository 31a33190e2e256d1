import type { Manifest } from '../manifest/manifest.js'
import { describeDatabase } from '../postgres/database-url.js'
import { findDatabase } from '../project/find-database.js'
import { chooseFileNames } from './choose-file-names.js'
import { ExportFolder } from './export-folder.js'
import type { PlanExportOptions } from './export-options.js'
import type { ExportPlanResult, PlannedExport } from './export-result.js'
import { describeModel, type ModelExport } from './prepare-export.js'
import { resolveExportOptions } from './resolve-export-options.js'
import { withSource } from './with-source.js'

/**
 * Works out what an export would write: rows of which models, and why. Writes nothing.
 *
 * @throws {GyroError} with a code of `ERROR_CODES`.
 * @example
 * const { models } = await planExport(manifest, { to: './export' })
 * models.map(({ model, rows }) => `${model}: about ${rows} rows`)
 */
export async function planExport(
  manifest: Manifest,
  options: PlanExportOptions = {},
): Promise<ExportPlanResult> {
  const resolved = resolveExportOptions(manifest, options, 'plan')
  const url = await findDatabase(options)
  const files = chooseFileNames(manifest.models, resolved)
  const { to } = resolved
  if (to !== null) await ExportFolder.find(to, { ...resolved, files: [...files.values()] })
  return withSource({ ...resolved, manifest, url }, async (_, { models, warnings }) => ({
    target: describeDatabase(url),
    folder: to,
    models: models.map((model) => describe(model, files)),
    warnings,
  }))
}

function describe(model: ModelExport, files: ReadonlyMap<string, string>): PlannedExport {
  const { plan, selection } = model
  const estimated = plan.estimatedRows < 0 ? null : plan.estimatedRows
  return {
    ...describeModel(model),
    file: files.get(plan.name) as string,
    rows: selection.rows ?? estimated,
    isCounted: selection.rows !== null,
  }
}
