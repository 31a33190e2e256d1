import { CircularDependencyResolver } from '../graph/circular-dependency-resolver.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { expectConstants } from '../mask/expect-constants.js'
import type { MaskOptions } from '../mask/mask-options.js'
import { type MaskPlan, resolveMasks } from '../mask/resolve-masks.js'
import { indexManifest, tableOf } from '../plan/manifest-tables.js'
import { type Catalog, findTable, readCatalog } from '../postgres/catalog.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, type TableName } from '../postgres/identifier.js'
import { type HeldTables, holdSnapshot } from '../postgres/snapshot.js'
import { buildExportPlans } from '../slice/build-export-plans.js'
import type { ExportPlan } from '../slice/export-plan.js'
import type { RowSelection } from '../slice/row-selection.js'
import type { ExportedColumn, ExportedModel } from '../source/export-record.js'
import { expectReadable, warnOfSource } from './check-source.js'
import type { ResolvedExportOptions } from './resolve-export-options.js'
import { isSliced, selectRows } from './select-rows.js'

/** An export, decided in every detail, with its snapshot held by the connection. */
export interface PreparedExport {
  readonly catalog: Catalog
  readonly held: HeldTables
  readonly snapshotTime: string
  /** In load order. */
  readonly models: readonly ModelExport[]
  readonly warnings: readonly string[]
}

/** One file to be written. */
export interface ModelExport {
  readonly plan: ExportPlan
  readonly selection: RowSelection
  /** Null where every column is as it is. */
  readonly mask: MaskPlan | null
}

/** What is asked for. */
export interface ExportRequest extends ResolvedExportOptions {
  readonly manifest: Manifest
  /** Those that are looked at. */
  readonly models: readonly ManifestModel[]
  /** Schema of models without `@@schema`. */
  readonly schema: string
}

/**
 * Begins the snapshot of an export and decides which rows go out. Writes nothing, neither here nor there.
 *
 * @throws {GyroError} `EXPORT.*`.
 */
export async function prepareExport(
  client: PostgresClient,
  request: ExportRequest,
): Promise<PreparedExport> {
  const { manifest, models, schema, onProgress, signal } = request
  onProgress({ type: 'phase', phase: 'plan' })
  const tables = indexManifest(manifest, schema)
  const names = models.map((model) => tableOf(model, tables))
  const before = await readCatalog(client, names)
  const isSlice = isSliced(request)
  expectReadable(models, before, tables, { isSlice })
  const { serverVersion } = before
  const held = {
    tables: names.map((name) => ({ ...name, isLockable: isLockable(before, name) })),
    serverVersion,
  }
  const snapshotTime = await holdSnapshot(client, held)
  // What it was before the locks may not be what it is.
  const catalog = await readCatalog(client, names)
  expectReadable(models, catalog, tables, { isSlice })
  const plans = buildExportPlans(models, catalog, tables)
  const known = { plans, enums: manifest.enums }
  const masks = await resolveMasks(maskOptionsOf(request), known)
  await expectConstants(client, masks)
  onProgress({ type: 'phase', phase: 'select' })
  const { selections, warnings } = await selectRows(client, request, known)
  signal.throwIfAborted()
  const ordered = inLoadOrder([...plans.values()]).flatMap((plan) => {
    const selection = selections.get(plan.name)
    return selection === undefined ? [] : [{ plan, selection, mask: masks.get(plan.name) ?? null }]
  })
  const exported = ordered.filter(({ plan }) => plan.columns.length > 0)
  return {
    catalog,
    held,
    snapshotTime,
    models: exported,
    warnings: [...warnOfSource(models, catalog, tables), ...warnings, ...warnOfEmpty(ordered)],
  }
}

function maskOptionsOf({ mask, maskKey }: ExportRequest): MaskOptions {
  return { mask, ...(maskKey === null ? {} : { maskKey }) }
}

function isLockable(catalog: Catalog, name: TableName): boolean {
  const live = findTable(catalog, name)
  return live !== undefined && ['r', 'p'].includes(live.kind) && live.canSelect
}

function inLoadOrder(plans: readonly ExportPlan[]): readonly ExportPlan[] {
  const byName = new Map(plans.map((plan) => [plan.name, plan]))
  const groups = new CircularDependencyResolver(
    plans.map(({ name, references }) => ({ name, references })),
  ).resolve()
  return groups.flatMap((group) => group.models.map((name) => byName.get(name) as ExportPlan))
}

function warnOfEmpty(models: readonly ModelExport[]): readonly string[] {
  return models
    .filter(({ plan }) => plan.columns.length === 0)
    .map(({ plan }) => `${plan.name}: all columns are left out, so that it has no file.`)
}

/** What a record and a plan say of a model, whatever its rows are. */
export function describeModel({ plan, selection, mask }: ModelExport): Pick<
  ExportedModel,
  'model' | 'table' | 'dependsOn' | 'path' | 'pruned'
> & {
  readonly columns: readonly ExportedColumn[]
} {
  return {
    model: plan.name,
    table: displayName(plan.table),
    columns: plan.columns.map(({ header, column }) => ({
      header,
      field: column.field,
      mask: mask?.columns.get(column.column)?.kind ?? null,
    })),
    dependsOn: plan.getDependencies().map(({ name }) => name),
    pruned: selection.pruned,
    path: selection.path,
  }
}
