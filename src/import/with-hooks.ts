import { buildFieldWriter } from '../csv/write-field.js'
import { isGyroError } from '../error/gyro-error.js'
import { applyHooks } from '../hooks/apply-hooks.js'
import { buildHookedColumns } from '../hooks/hooked-columns.js'
import type { LateRejections } from '../hooks/late-rejections.js'
import type { RowHooks } from '../hooks/row-hooks.js'
import type { Manifest } from '../manifest/manifest.js'
import { type ReadOptions, readSource } from '../plan/read-sources.js'
import type { SourceModel } from '../plan/source-model.js'
import type { Discovery } from '../source/discover-files.js'
import type { ModelFiles } from '../source/source-file.js'
import { type Spool, withSpool } from '../source/spool-input.js'
import { withFileProgress } from './import-context.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'

/** An import whose rows go through hooks first. */
interface HookRequest
  extends ReadOptions,
    Pick<ResolvedImportOptions, 'models' | 'pins' | 'onProgress' | 'signal'> {
  readonly manifest: Manifest
  /** By model. */
  readonly hooks: ReadonlyMap<string, RowHooks>
  /** Whether rows that hooks reject are left to a look at all rows; else the first ends the import. */
  readonly collects: boolean
  readonly late: LateRejections
}

/**
 * Hands to `use` the files with what hooks made of their rows, which are there for as long as that takes.
 * Of a pinned model no row is loaded, so that none is shown to a hook.
 *
 * @throws {GyroError} `HOOKS.*`; `CSV.*` where a file cannot be read to its end.
 */
export async function withHooks<Result>(
  discovery: Discovery,
  request: HookRequest,
  use: (discovery: Discovery) => Promise<Result>,
): Promise<Result> {
  const { models, pins, hooks, signal, onProgress } = request
  const isHooked = ({ model: { name } }: ModelFiles) =>
    hooks.has(name) && !pins.has(name) && (models?.includes(name) ?? true)
  if (!discovery.files.some(isHooked)) return use(discovery)
  onProgress({ type: 'phase', phase: 'hooks' })
  return withSpool(signal, async (spool) => {
    const files: ModelFiles[] = []
    for (const file of discovery.files) {
      const source = isHooked(file) ? await readFaultless(file, request) : null
      files.push(source === null ? file : await hookFiles(source, request, spool))
    }
    return use({ ...discovery, files })
  })
}

/** Null for files that cannot be imported as they are: what is wrong with them is the plan's to say. */
async function readFaultless(file: ModelFiles, options: ReadOptions): Promise<SourceModel | null> {
  try {
    const { source, problems } = await readSource(file, options)
    return problems.length === 0 ? source : null
  } catch (error) {
    if (isGyroError(error)) return null
    throw error
  }
}

async function hookFiles(
  { model, file, dialect, columns }: SourceModel,
  { manifest, hooks, collects, late, signal, onProgress }: HookRequest,
  spool: Spool,
): Promise<ModelFiles> {
  const format = {
    columns: buildHookedColumns(columns, manifest.enums),
    dialect,
    write: buildFieldWriter(dialect),
    modelFields: model.columns.map(({ field }) => field),
  }
  const { files } = await withFileProgress(
    { onProgress },
    'hooks',
    { model: model.name, source: file },
    (report) =>
      applyHooks(
        file,
        {
          model: model.name,
          hooks: hooks.get(model.name) ?? { transform: null, validate: null },
          format,
          rejected: collects ? new Map() : null,
          signal,
          takeLate: late.take,
          onProgress: report,
        },
        spool,
      ),
  )
  return files
}
