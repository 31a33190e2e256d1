import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { exportModels } from '../../src/export/export-models.js'
import type { ExportOptions } from '../../src/export/export-options.js'
import type { ExportResult } from '../../src/export/export-result.js'
import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { rollbackImport } from '../../src/import/rollback-import.js'
import { verifyImport } from '../../src/import/verify-import.js'
import type { Manifest, ManifestModel } from '../../src/manifest/manifest.js'
import { type PostgresClient, queryRow, queryRows } from '../../src/postgres/client.js'
import { qualify, quoteIdentifier } from '../../src/postgres/identifier.js'
import type { VerifyResult } from '../../src/verification/verification-result.js'

/** A database and what its tables mean. */
export interface SourceDatabase {
  readonly client: PostgresClient
  readonly url: string
  readonly manifest: Manifest
}

export interface RoundTripOptions {
  readonly export?: Partial<ExportOptions>
  readonly import?: Partial<ImportOptions>
  /** Models whose rows are there already when they come back, and are met again. */
  readonly merged?: readonly string[]
}

/** What became of the rows of a database that were exported and imported beside themselves. */
export interface RoundTrip {
  readonly exported: ExportResult
  readonly imported: ImportResult
  readonly verified: VerifyResult
  /** Rows by model: before, and those that came on top. */
  readonly rows: Readonly<Record<string, { readonly before: number; readonly added: number }>>
  /** Models of which the rows that came on top are not like those before. */
  readonly unlike: readonly string[]
  /** The tables before, and when the import was rolled back. */
  readonly before: TableDigests
  readonly after: TableDigests
}

/** By table: how many rows it has, and a hash of all of them in an order of their own. */
export type TableDigests = Readonly<Record<string, string>>

/** Exports a database, imports the files into it, looks at what came of it and rolls it back. */
export function goRound(source: SourceDatabase, options: RoundTripOptions): Promise<RoundTrip> {
  const { client, url, manifest } = source
  return withExportFolder(async (to) => {
    const before = await digestTables(client)
    const { now } = await queryRow<{ now: string }>(client, {
      text: 'select txid_current()::text as now',
      values: [],
    })
    const exported = await exportModels(manifest, { to, url, ...options.export })
    const imported = await importModels(manifest, { from: to, url, ...options.import })
    const { id: batch } = imported.batch
    const verified = await verifyImport(manifest, { batch, url })
    const rows = await countRows(source, now)
    const unlike = await findUnlike(source, now, options)
    await rollbackImport(manifest, { batch, url })
    const after = await digestTables(client)
    return { exported, imported, verified, rows, unlike, before, after }
  })
}

/** A folder for an export, there only for as long as `use` takes. */
export async function withExportFolder<Result>(
  use: (to: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-trip-'))
  try {
    return await use(path.join(folder, 'export'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is in all tables of the user, those of the history excepted. */
export async function digestTables(client: PostgresClient): Promise<TableDigests> {
  const tables = await queryRows<{ name: string }>(client, {
    text: `\
select oid::regclass::text as name
from pg_class
where relkind = 'r' and relnamespace::regnamespace::text !~ '^(pg_|information_schema|prisma_gyro)'`,
    values: [],
  })
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    const { digest } = await queryRow<{ digest: string }>(client, {
      text: `\
select concat(count(*), ' ', md5(string_agg(t::text, e'\\n' order by t::text collate "C"))) as digest
from ${name} t`,
      values: [],
    })
    digests[name] = digest
  }
  return digests
}

async function countRows(
  { client, manifest }: SourceDatabase,
  since: string,
): Promise<RoundTrip['rows']> {
  const counts: Record<string, { before: number; added: number }> = {}
  for (const model of manifest.models) {
    counts[model.name] = await queryRow<{ before: number; added: number }>(client, {
      text: `\
select count(*) filter (where not ${isAdded('t')})::int as before,
  count(*) filter (where ${isAdded('t')})::int as added
from ${tableOf(model)} t`,
      values: [since],
    })
  }
  return counts
}

/**
 * A row is known by its columns, keys and references excepted, and by those of each row that it refers
 * to, which has to be of the same copy.
 */
async function findUnlike(
  { client, manifest }: SourceDatabase,
  since: string,
  options: RoundTripOptions,
): Promise<readonly string[]> {
  const unlike: string[] = []
  for (const model of manifest.models) {
    if (options.merged?.includes(model.name) === true) continue
    const wrong = await queryRows(client, {
      text: `\
with rows as (${naturalRows(model, manifest, options)})
select from rows where not is_within
union all
select from rows group by facts having count(*) filter (where is_added) <> count(*) filter (where not is_added)
limit 1`,
      values: [since],
    })
    if (wrong.length > 0) unlike.push(model.name)
  }
  return unlike
}

function naturalRows(
  model: ManifestModel,
  { models }: Manifest,
  options: RoundTripOptions,
): string {
  const { merged = [] } = options
  const facts = naturalColumns(model, options).map((column) => `c.${column}`)
  const joins: string[] = []
  const within = ['true']
  for (const [index, { fields, target, targetFields }] of model.references.entries()) {
    const parent = models.find(({ name }) => name === target) as ManifestModel
    const name = `p${index}`
    const on = fields.map((field, place) => {
      const other = columnOf(parent, targetFields[place] as string)
      return `${name}.${other} = c.${columnOf(model, field)}`
    })
    joins.push(`left join ${tableOf(parent)} ${name} on ${on.join(' and ')}`)
    facts.push(...naturalColumns(parent, options).map((column) => `${name}.${column}`))
    const sameCopy = merged.includes(target) ? 'false' : isAdded('c')
    // Null where the row refers to nothing.
    within.push(`coalesce((${isAdded(name)}) = (${sameCopy}), true)`)
  }
  return `
select ${isAdded('c')} as is_added, row(${facts.join(', ')})::text as facts, ${within.join(' and ')} as is_within
from ${tableOf(model)} c ${joins.join(' ')}`
}

/** Database names, ready for SQL, of what a row is known by in every copy. */
function naturalColumns(model: ManifestModel, options: RoundTripOptions): readonly string[] {
  const { merged = [] } = options
  const references = model.references.flatMap(({ fields }) => fields)
  const key = model.primaryKey?.length === 1 && !merged.includes(model.name) ? model.primaryKey : []
  const masked = Object.keys(options.export?.mask?.[model.name] ?? {})
  const others = new Set([...references, ...key, ...masked])
  return model.columns
    .filter(({ field, isSkipped }) => !isSkipped && !others.has(field))
    .map(({ field }) => columnOf(model, field))
}

/** Whether a row is younger than the transaction `$1`. */
function isAdded(row: string): string {
  return `${row}.xmin::text::bigint > $1::bigint`
}

function columnOf(model: ManifestModel, field: string): string {
  const column = model.columns.find((each) => each.field === field)
  return quoteIdentifier(column?.column ?? field)
}

function tableOf({ schema, table }: ManifestModel): string {
  return qualify({ schema: schema ?? 'public', table })
}
