import type { GyroError } from '../error/gyro-error.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { type Catalog, findTable, readCatalog } from '../postgres/catalog.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, type TableName, tableKey } from '../postgres/identifier.js'
import { readInventory } from '../postgres/inventory.js'
import { readUniqueIndexes } from '../postgres/unique-index.js'
import type { Discovery } from '../source/discover-files.js'
import type { ModelFiles } from '../source/source-file.js'
import type { ValueRuleOptions } from '../values/value-rule.js'
import { checkLoadWay } from './check-load-way.js'
import { checkMissing } from './check-missing.js'
import { checkServer } from './check-server.js'
import { chooseRelease } from './choose-release.js'
import { completeReferences } from './complete-references.js'
import type { ConflictPolicy } from './conflict.js'
import { decideModels } from './decide-models.js'
import { describeDrift, schemasOf } from './describe-drift.js'
import { forecastKeys } from './forecast-keys.js'
import { collectGrants } from './grants.js'
import type { ForeignKeyMode } from './import-plan.js'
import { indexManifest, type ManifestTables, tableOf } from './manifest-tables.js'
import type { AskedPolicies } from './missing-reference.js'
import { modelWithoutFile } from './plan-error.js'
import { planTruncation, type TruncationRequest } from './plan-truncation.js'
import { type Pin, preparePins } from './prepare-pins.js'
import type { PreparedImport, PreparedModel } from './prepared-import.js'
import { type ReadOptions, readSources } from './read-sources.js'
import { releaseGroups } from './release-groups.js'
import { resolveConflicts } from './resolve-conflicts.js'
import type { SourceModel } from './source-model.js'
import { warnOfClient } from './warn-of-client.js'
import { mayQueue, warnOfDeferral, warnOfQueue } from './warn-of-queue.js'
import { warnOfRoom } from './warn-of-room.js'
import { warnOfServer } from './warn-of-server.js'

/** What an import is to do, all options filled in. */
export interface ImportRequest extends ReadOptions {
  readonly manifest: Manifest
  readonly discovery: Discovery
  /** Only these models; null for all that have a file. */
  readonly models: readonly string[] | null
  readonly values: ValueRuleOptions
  readonly fkMode: ForeignKeyMode
  /** Whether rows may go in by COPY. */
  readonly useCopy: boolean
  /** Whether rows go through a Prisma Client, as far as it can take them. */
  readonly throughClient: boolean
  /** By what the URL seems to lead to a connection pooler; null when by nothing. */
  readonly poolerSign: string | null
  /** By model. */
  readonly pins: ReadonlyMap<string, Pin>
  readonly policyOf: (model: string) => ConflictPolicy
  readonly askedPolicies: AskedPolicies
  readonly truncation: TruncationRequest
}

/**
 * Decides an import in every detail from the files' headers, the manifest and the live catalog.
 * Touches nothing. What stands against the import is collected, not thrown.
 *
 * @throws {GyroError} `PLAN.UNKNOWN_MODEL`: there is nothing to plan.
 */
export async function prepareImport(
  client: PostgresClient,
  request: ImportRequest,
): Promise<PreparedImport> {
  const { manifest, discovery } = request
  const files = selectFiles(request)
  const tables = indexManifest(manifest, request.schema)
  const pinned = [...request.pins.keys()].map((name) => tables.models.get(name) as ManifestModel)
  // Both at once: the server answers while files are looked at here.
  const [read, catalog] = await Promise.all([
    readSources(files, request),
    readCatalog(client, tablesToRead(files, pinned, tables)),
  ])
  const inventory = await readInventory(client, schemasOf(manifest, tables))
  const completed = completeReferences(read.sources, catalog, tables)
  const indexes = await readUniqueIndexes(
    client,
    completed.map(({ table }) => table),
  )
  const { sources, problems: conflictProblems } = resolveConflicts(completed, {
    ...request,
    catalog,
    indexes,
  })
  const byName = new Map(sources.map((source) => [source.model.name, source]))
  const { pins, problems: pinProblems } = preparePins(request.pins, { tables, catalog })
  const decided = decideModels(sources, pins, { ...request, tables, catalog })
  const truncation = await planTruncation(client, request.truncation, {
    models: decided.models,
    catalog,
  })
  const basis = { decided, catalog, emptied: truncation.tables }
  const chosen = await chooseRelease(client, request.fkMode, basis)
  const { release, obstacle } = chosen
  const { groups, models } = release === null ? decided : releaseGroups(decided, release, catalog)
  const ways = groups.map((group) => ({
    group,
    members: models.filter(({ model }) => group.models.includes(model)),
  }))
  const { tables: _, ...server } = catalog
  const problems = [
    ...checkServer(server),
    ...problemsOf(request),
    ...read.problems,
    ...pinProblems,
    ...conflictProblems,
    ...decided.problems,
    ...checkMissing(decided.models),
    ...truncation.problems,
    ...chosen.problems,
    ...ways.flatMap(({ group, members }) => checkLoadWay(group, members, catalog)),
  ]
  const forecasts = await forecastKeys(client, models)
  const live = sources.flatMap(({ table }) => findTable(catalog, table) ?? [])
  return {
    server,
    poolerSign: request.poolerSign,
    groups,
    models,
    forecasts,
    pins,
    emptied: truncation.tables,
    release,
    obstacle,
    basis,
    problems,
    grants: collectGrants(problems, server.role),
    warnings: [
      ...warnOfServer(server, live, request.poolerSign),
      ...discovery.warnings,
      ...(request.throughClient ? warnOfClient({ groups, models, manifest }) : []),
      ...read.warnings,
      ...sources.flatMap((source) => warnOfTable(source, catalog)),
      ...chosen.warnings,
      ...(mayQueue(release)
        ? ways.flatMap(({ group, members }) => warnOfQueue(group, members))
        : []),
      ...warnOfRoom(models, forecasts),
      ...warnOfDeferral(models.filter(({ technique }) => technique === 'deferred')),
      ...models.flatMap((model) => warnOf(model, byName.get(model.model) as SourceModel)),
    ],
    drift: describeDrift({ manifest, tables, catalog, inventory, sources: read.sources }),
  }
}

/** The tables of the files, those that they refer to, as rows may have to be looked up there, and others. */
function tablesToRead(
  files: readonly ModelFiles[],
  others: readonly ManifestModel[],
  tables: ManifestTables,
): readonly TableName[] {
  const own = files.flatMap(({ model }) => [
    model,
    ...model.references.map(({ target }) => tables.models.get(target) as ManifestModel),
  ])
  const names = [...own, ...others].map((model) => tableOf(model, tables))
  return [...new Map(names.map((name) => [tableKey(name), name])).values()]
}

/** The files of the models that were asked for. An option that names a model wants its file. */
function selectFiles({ discovery, models, columns }: ImportRequest): readonly ModelFiles[] {
  const { files, problems } = discovery
  const found = [
    ...files.map(({ model }) => model.name),
    ...problems.flatMap((problem) => problem.models),
  ].filter((name) => models === null || models.includes(name))
  const named = [
    ...(models ?? []).map((model) => ['models', model] as const),
    ...[...columns.map.keys()].map((model) => ['map', model] as const),
    ...[...columns.headers.keys()].map((model) => ['headers', model] as const),
  ]
  for (const [option, model] of named) {
    if (!found.includes(model)) throw modelWithoutFile(option, model)
  }
  return files.filter(({ model }) => models === null || models.includes(model.name))
}

/** What stands against the files of the models that were asked for. */
function problemsOf({ discovery, models }: ImportRequest): readonly GyroError[] {
  return discovery.problems
    .filter((problem) => models === null || problem.models.some((name) => models.includes(name)))
    .map(({ error }) => error)
}

/** Tables that inherit from each other are one for who reads them, but not for their constraints. */
function warnOfTable({ table }: SourceModel, catalog: Catalog): readonly string[] {
  const relatives = findTable(catalog, table)?.relatives ?? []
  return relatives.length === 0
    ? []
    : [
        `${displayName(table)} shares rows with ${relatives.join(', ')} by INHERITS: PostgreSQL checks keys and references in each table by itself.`,
      ]
}

function warnOf(
  { model, source, columns, references }: PreparedModel,
  { columns: wanted }: SourceModel,
): readonly string[] {
  const computed = wanted
    .filter(({ index }) => columns[index]?.role.kind === 'drop')
    .map(({ header }) => `${source.name}: "${header}" is left out: the database computes it.`)
  const unchecked = references
    .filter(({ check }) => check === 'none')
    .map(({ name }) => `Nothing checks ${model}.${name}: the database has no foreign key for it.`)
  return [...computed, ...unchecked]
}
