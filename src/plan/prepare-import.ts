import type { CsvDialect } from '../csv/csv-dialect.js'
import { asGyroError, type GyroError } from '../error/gyro-error.js'
import { CircularDependencyResolver, refuseCycles } from '../graph/circular-dependency-resolver.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { type Catalog, findTable, readCatalog } from '../postgres/catalog.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, type TableName, tableKey } from '../postgres/identifier.js'
import { readInventory } from '../postgres/inventory.js'
import { type Discovery, discoverFiles, type SourceFile } from '../source/discover-files.js'
import { matchHeaders } from '../source/match-headers.js'
import { readHead } from '../source/read-head.js'
import type { ValueRuleOptions } from '../values/value-rule.js'
import { checkModel } from './check-model.js'
import { completeReferences } from './complete-references.js'
import { describeDrift, schemasOf } from './describe-drift.js'
import type { Strategy } from './import-plan.js'
import { buildKeyRoles } from './key-roles.js'
import { indexManifest, type ManifestTables, tableOf } from './manifest-tables.js'
import { pickKey } from './pick-key.js'
import { modelWithoutFile } from './plan-error.js'
import type { PlanFindings } from './plan-findings.js'
import { prepareModel } from './prepare-model.js'
import type { PreparedImport, PreparedModel } from './prepared-import.js'
import type { SourceModel } from './source-model.js'

/** What an import is to do, all options filled in. */
export interface ImportRequest {
  readonly manifest: Manifest
  readonly folder: string
  /** Only these models; null for all that have a file. */
  readonly models: readonly string[] | null
  readonly strategyOf: (model: string) => Strategy
  readonly dialect: CsvDialect
  readonly values: ValueRuleOptions
  /** Schema of models without `@@schema`. */
  readonly schema: string
}

/**
 * Decides an import in every detail from the files' headers, the manifest and the live catalog.
 * Touches nothing. What stands against the import is collected, not thrown.
 *
 * @throws {GyroError} `SOURCE.FOLDER_NOT_FOUND`, `SOURCE.EMPTY_FOLDER`, `PLAN.UNKNOWN_MODEL`: there
 * is nothing to plan.
 */
export async function prepareImport(
  client: PostgresClient,
  request: ImportRequest,
): Promise<PreparedImport> {
  const { manifest } = request
  const discovery = await discoverFiles(request.folder, manifest)
  const { sources: read, problems } = await readSources(selectFiles(discovery, request), request)
  problems.unshift(...problemsOf(discovery, request))

  const tables = indexManifest(manifest, request.schema)
  const catalog = await readCatalog(client, tablesToRead(read, tables))
  const inventory = await readInventory(client, schemasOf(manifest, tables))
  const sources = completeReferences(read, catalog, tables)
  const decided = decideModels(sources, { ...request, tables, catalog })
  problems.push(...decided.problems)
  return {
    groups: decided.groups,
    models: decided.models,
    problems,
    warnings: [
      ...discovery.others.map((name) => `${name} is no .csv file: it is left alone.`),
      ...sources.flatMap((source) => warnOfTable(source, catalog)),
      ...decided.models.flatMap(warnOf),
    ],
    drift: describeDrift({ manifest, tables, catalog, inventory, sources: read }),
  }
}

/** The tables of the files, and those that they refer to: rows may have to be looked up there. */
function tablesToRead(
  sources: readonly SourceModel[],
  tables: ManifestTables,
): readonly TableName[] {
  const names = sources.flatMap(({ model, table }) => [
    table,
    ...model.references.map(({ target }) =>
      tableOf(tables.models.get(target) as ManifestModel, tables),
    ),
  ])
  return [...new Map(names.map((name) => [tableKey(name), name])).values()]
}

/** Which keys are new, in which order models are loaded, what becomes of each column. */
function decideModels(
  sources: readonly SourceModel[],
  findings: Omit<PlanFindings, 'keys' | 'roles'>,
): Pick<PreparedImport, 'groups' | 'models' | 'problems'> {
  const { catalog } = findings
  const models = sources.map(({ model }) => model)
  const keys = new Map(
    sources.flatMap((source) => {
      const key = pickKey(source, catalog)
      return key === null ? [] : [[source.model.name, key] as const]
    }),
  )
  const roles = buildKeyRoles(models, new Map([...keys].map(([name, { field }]) => [name, field])))
  const groups = new CircularDependencyResolver(models).resolve()
  const byName = new Map(sources.map((source) => [source.model.name, source]))
  const imported = new Map(sources.map(({ table, model }) => [tableKey(table), model]))
  const inOrder = groups.flatMap((group) =>
    group.models.map((name) => byName.get(name) as SourceModel),
  )
  return {
    groups,
    models: inOrder.map((source) => prepareModel(source, { ...findings, keys, roles })),
    problems: [
      ...roles.problems,
      ...collect(() => refuseCycles(groups)),
      ...inOrder.flatMap((source) =>
        checkModel(source, { catalog, keys, roles, sources: byName, imported }),
      ),
    ],
  }
}

/** The files of the models that were asked for. */
function selectFiles(
  { files, problems }: Discovery,
  { models, folder }: ImportRequest,
): readonly SourceFile[] {
  if (models === null) {
    return files
  }
  const found = [
    ...files.map(({ model }) => model.name),
    ...problems.flatMap((problem) => problem.models),
  ]
  const missing = models.find((name) => !found.includes(name))
  if (missing !== undefined) {
    throw modelWithoutFile('models', missing, folder)
  }
  return files.filter(({ model }) => models.includes(model.name))
}

/** What stands against the files of the models that were asked for. */
function problemsOf({ problems }: Discovery, { models }: ImportRequest): readonly GyroError[] {
  return problems
    .filter((problem) => models === null || problem.models.some((name) => models.includes(name)))
    .map(({ error }) => error)
}

/** Reads the beginning of each file and finds the columns that its header names. */
async function readSources(
  files: readonly SourceFile[],
  { dialect, strategyOf, schema }: ImportRequest,
): Promise<{ readonly sources: readonly SourceModel[]; readonly problems: GyroError[] }> {
  const sources: SourceModel[] = []
  const problems: GyroError[] = []
  for (const file of files) {
    const { model } = file
    try {
      const head = await readHead(file, dialect)
      const matched = matchHeaders(file.path, head.headers, model)
      problems.push(...matched.problems)
      sources.push({
        model,
        file,
        table: { schema: model.schema ?? schema, table: model.table },
        strategy: strategyOf(model.name),
        headers: head.headers,
        columns: matched.columns,
        estimatedRows: head.estimatedRows,
      })
    } catch (error) {
      problems.push(asGyroError(error))
    }
  }
  return { sources, problems }
}

function collect(check: () => void): readonly GyroError[] {
  try {
    check()
    return []
  } catch (error) {
    return [asGyroError(error)]
  }
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

function warnOf({ model, source, columns, references }: PreparedModel): readonly string[] {
  const computed = columns
    .filter(({ role }) => role.kind === 'drop')
    .map(({ header }) => `${source.name}: "${header}" is left out: the database computes it.`)
  const unchecked = references
    .filter(({ check }) => check === 'none')
    .map(({ name }) => `Nothing checks ${model}.${name}: the database has no foreign key for it.`)
  return [...computed, ...unchecked]
}
