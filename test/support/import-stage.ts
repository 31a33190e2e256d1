import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { planImport } from '../../src/import/plan-import.js'
import type { PlanOptions } from '../../src/import/plan-options.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import type { ImportPlan } from '../../src/plan/import-plan.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { withCsvFolder } from './csv-folder.js'
import { ddlOf } from './ddl.js'
import { manifestOf } from './manifest-of.js'
import { DATASOURCE, withPrismaClient } from './prisma-client.js'
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
          withLoader({ schema, url }, options, (told) =>
            importModels(manifest, { ...inputOf(folder, told), ...told }),
          ),
        planImport: (options) =>
          withLoader({ schema, url }, options, (told) =>
            planImport(manifest, { ...inputOf(folder, told), ...told }),
          ),
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

/** How the tests load rows: not by COPY in those of by-insert.test.ts and by-client.test.ts. */
export function testLoader(): 'copy' | 'insert' | 'client' {
  const loader = process.env['PRISMA_GYRO_TEST_LOADER']
  return loader === 'insert' || loader === 'client' ? loader : 'copy'
}

/** The folder, unless a test imports rows. */
function inputOf(folder: string, options: Partial<PlanOptions> = {}): Pick<PlanOptions, 'from'> {
  return options.rows === undefined ? { from: folder } : {}
}

/** The options of a test, with where rows go, and how, unless it says so itself. */
function withLoader<Result>(
  { schema, url }: { readonly schema: string; readonly url: string },
  options: Partial<ImportOptions> = {},
  use: (options: Partial<ImportOptions>) => Promise<Result>,
): Promise<Result> {
  const { client, url: own = url, ...rest } = options
  if (client !== undefined) return use(options)
  if (rest.useCopy !== undefined || testLoader() === 'copy') return use({ ...rest, url: own })
  return testLoader() === 'insert'
    ? use({ ...rest, url: own, useCopy: false })
    : withPrismaClient({ schema, url: own }, (prisma) => use({ ...rest, client: prisma }))
}

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
