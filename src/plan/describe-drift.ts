import type { Manifest, ManifestEnum } from '../manifest/manifest.js'
import { type Catalog, findTable } from '../postgres/catalog.js'
import { displayName, tableKey } from '../postgres/identifier.js'
import type { Inventory } from '../postgres/inventory.js'
import { describeTableDrift } from './describe-table-drift.js'
import { listNames } from './list-names.js'
import { type ManifestTables, tableOf } from './manifest-tables.js'
import type { SourceModel } from './source-model.js'

/** The two sides that may differ. */
export interface DriftInput {
  readonly manifest: Manifest
  readonly tables: ManifestTables
  readonly catalog: Catalog
  /** Of the schemas that `schemasOf` names. */
  readonly inventory: Inventory
  /** The models of the import, with the references of the manifest alone. */
  readonly sources: readonly SourceModel[]
}

/**
 * Where the manifest and the database differ, a sentence each. Names of tables and values of enums are
 * compared for the whole schema; columns and references for the tables of the import.
 */
export function describeDrift(input: DriftInput): readonly string[] {
  const { manifest, tables, catalog, inventory, sources } = input
  return [
    ...missingTables(manifest, tables, inventory),
    ...unknownTables(manifest, tables, inventory),
    ...sources.flatMap(({ model, table }) => {
      const live = findTable(catalog, table)
      return live === undefined ? [] : describeTableDrift(model, live, { manifest, tables })
    }),
    ...manifest.enums.flatMap((each) => describeEnumDrift(each, tables, inventory)),
  ]
}

/** The schemas in which a manifest has tables or enums, each once. */
export function schemasOf(
  { models, excluded, enums }: Manifest,
  tables: ManifestTables,
): readonly string[] {
  return [
    ...new Set([...models, ...excluded, ...enums].map(({ schema }) => schema ?? tables.schema)),
  ]
}

function missingTables(
  { models }: Manifest,
  tables: ManifestTables,
  inventory: Inventory,
): readonly string[] {
  const known = new Set(inventory.tables.map(tableKey))
  return models
    .filter((model) => !known.has(tableKey(tableOf(model, tables))))
    .map((model) => `${model.name}: there is no table ${displayName(tableOf(model, tables))}.`)
}

/** What Prisma keeps for itself beside the tables of the schema. */
const MIGRATIONS = '_prisma_migrations'

/** One sentence for each schema: an application may have hundreds of tables that Prisma never saw. */
function unknownTables(
  { models, excluded }: Manifest,
  tables: ManifestTables,
  inventory: Inventory,
): readonly string[] {
  const known = new Set([...models, ...excluded].map((each) => tableKey(tableOf(each, tables))))
  const bySchema = new Map<string, string[]>()
  for (const { isOwn, ...name } of inventory.tables) {
    if (!isOwn || name.table === MIGRATIONS || known.has(tableKey(name))) continue
    bySchema.set(name.schema, [...(bySchema.get(name.schema) ?? []), name.table])
  }
  return [...bySchema].map(
    ([schema, names]) => `The schema has no model for ${names.join(', ')} of "${schema}".`,
  )
}

function describeEnumDrift(
  { name, schema, type, values }: ManifestEnum,
  tables: ManifestTables,
  { enums }: Inventory,
): readonly string[] {
  const place = tableOf({ schema, table: type }, tables)
  const live = enums.get(tableKey(place))
  if (live === undefined) {
    return [`${name}: there is no enum ${displayName(place)}.`]
  }
  const known = values.map(({ value }) => value)
  return [
    ...listNames(
      known.filter((value) => !live.includes(value)),
      (list) => `${name}: the enum ${displayName(place)} lacks ${list}.`,
    ),
    ...listNames(
      live.filter((value) => !known.includes(value)),
      (list) => `${name}: the enum ${displayName(place)} has ${list}, which the schema lacks.`,
    ),
  ]
}
