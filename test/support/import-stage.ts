import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions, PlanOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { planImport } from '../../src/import/plan-import.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import type { ImportPlan } from '../../src/plan/import-plan.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { withCsvFolder } from './csv-folder.js'
import { ddlOf } from './ddl.js'
import { manifestOf } from './manifest-of.js'
import { withTestDatabase } from './test-database.js'

export interface StageSetup {
  /** Models of a Prisma schema, without generator and datasource; or the path of a schema. */
  readonly schema: string
  /** SQL that makes the database. Default: what `prisma migrate` would make of the schema. */
  readonly sql?: string
  /** SQL that follows, such as rows that are there already. */
  readonly rows?: string
  /** The files of the export. Default: none. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
}

/** What a test of an import has to play with. */
export interface ImportStage {
  readonly client: PostgresClient
  readonly url: string
  readonly manifest: Manifest
  /** The folder with the files. */
  readonly folder: string
  importModels(options?: Partial<ImportOptions>): Promise<ImportResult>
  planImport(options?: Partial<PlanOptions>): Promise<ImportPlan>
  /** The rows that a query gives, each as the array of its values. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>
  /** Every row of every table, as text: equal before and after where nothing was written. */
  snapshot(): Promise<Readonly<Record<string, readonly string[]>>>
}

/** A database with the tables of a schema and a folder of CSV files; both go afterwards. */
export async function withImportStage<Result>(
  { schema, sql, rows = '', files = {} }: StageSetup,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  const { manifest, ddl } = await readSchema(schema)
  return withTestDatabase(sql ?? ddl, (client, { url }) =>
    withCsvFolder(files, async (folder) => {
      // Not part of the template: each would be used by one test only.
      await client.query(rows)
      return use({
        client,
        url,
        manifest,
        folder,
        importModels: (options) =>
          importModels(manifest, { ...inputOf(folder, options), url, ...options }),
        planImport: (options) =>
          planImport(manifest, { ...inputOf(folder, options), url, ...options }),
        query: async (text) => {
          // As arrays: two columns of one name are both told.
          const statement = { text, rowMode: 'array' }
          const { rows: found } = await client.query<unknown[]>(statement)
          return found
        },
        snapshot: () => takeSnapshot(client),
      })
    }),
  )
}

/** The folder, unless a test imports rows; by INSERT in the tests of by-insert.test.ts. */
function inputOf(
  folder: string,
  options: Partial<PlanOptions> = {},
): Pick<PlanOptions, 'from' | 'useCopy'> {
  const input = options.rows === undefined ? { from: folder } : {}
  return process.env['PRISMA_GYRO_TEST_LOADER'] === 'insert' ? { ...input, useCopy: false } : input
}

const DATASOURCE = `
datasource db {
  provider = "postgresql"
}
`

interface ReadSchema {
  readonly manifest: Manifest
  readonly ddl: string
}

const schemas = new Map<string, Promise<ReadSchema>>()

/** Reads every schema only once. */
function readSchema(schema: string): Promise<ReadSchema> {
  const read = async () => {
    const source = schema.endsWith('.prisma') ? schema : `${DATASOURCE}${schema}`
    return { manifest: await manifestOf(source), ddl: await ddlOf(source) }
  }
  const reading = schemas.get(schema) ?? read()
  schemas.set(schema, reading)
  return reading
}

/**
 * Rows of all tables of the user, by `schema.table`, in an order of their own. Of the history only which
 * tables there are: it also keeps imports that fail.
 */
export async function takeSnapshot(
  client: PostgresClient,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await queryRows<{ name: string }>(client, {
    text: `\
select c.oid::regclass::text as name
from pg_class c
where c.relkind = 'r' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
order by 1`,
    values: [],
  })
  const snapshot: Record<string, readonly string[]> = {}
  for (const { name } of tables) {
    if (name.startsWith('prisma_gyro.')) {
      snapshot[name] = []
      continue
    }
    const rows = await queryRows<{ row: string }>(client, {
      text: `select t::text as row from ${name} t order by 1`,
      values: [],
    })
    snapshot[name] = rows.map(({ row }) => row)
  }
  return snapshot
}
