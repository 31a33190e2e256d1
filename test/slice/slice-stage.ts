import type { ManifestModel, ManifestReference } from '../../src/manifest/manifest.js'
import { indexManifest } from '../../src/plan/manifest-tables.js'
import { beginSnapshot } from '../../src/postgres/begin-snapshot.js'
import { readCatalog } from '../../src/postgres/catalog.js'
import { type PostgresClient, queryRows, type Statement } from '../../src/postgres/client.js'
import { copyOut } from '../../src/postgres/copy-out.js'
import { quoteIdentifier } from '../../src/postgres/identifier.js'
import { buildExportPlans } from '../../src/slice/build-export-plans.js'
import type { ExportPlan } from '../../src/slice/export-plan.js'
import { type Slice, sliceRows } from '../../src/slice/slice-rows.js'
import { buildManifest } from '../support/build-manifest.js'
import { withTestDatabase } from '../support/test-database.js'

type SliceParameters = Parameters<typeof sliceRows>[2]

/** A slice, and its rows as COPY text by the models that have some. */
export interface SlicedRows extends Slice {
  readonly rows: Readonly<Record<string, readonly string[]>>
}

export interface SliceStage {
  readonly client: PostgresClient
  readonly plans: ReadonlyMap<string, ExportPlan>
  slice(options: SliceParameters): Promise<SlicedRows>
}

/** Relations that no foreign key stands for, as `Order.customerId` → `Customer.id`. */
export type Annotations = Readonly<Record<string, string>>

/** A database, each of whose tables is a model of its name; foreign keys are its references. */
export function withSliceStage<Result>(
  sql: string,
  use: (stage: SliceStage) => Promise<Result>,
  annotations: Annotations = {},
): Promise<Result> {
  return withTestDatabase(sql, async (client) => {
    const plans = await readPlans(client, annotations)
    return use({ client, plans, slice: (options) => sliceInSnapshot(client, plans, options) })
  })
}

/** A slice of a database as it is now. */
export async function sliceInSnapshot(
  client: PostgresClient,
  plans: ReadonlyMap<string, ExportPlan>,
  options: SliceParameters,
): Promise<SlicedRows> {
  await beginSnapshot(client)
  try {
    const found = await sliceRows(client, plans, options)
    const rows: Record<string, readonly string[]> = {}
    for (const [name, selection] of found.selections) {
      const lines: string[] = []
      for (const query of selection.queries((column) => `t.${quoteIdentifier(column)}`)) {
        for await (const chunk of copyOut(client, query)) {
          lines.push(...chunk.toString().split('\n').slice(0, -1))
        }
      }
      if (lines.length > 0) rows[name] = lines
    }
    return { ...found, rows }
  } finally {
    await client.query('rollback')
  }
}

/** Plans of all tables of the first schema of the search path. */
export async function readPlans(
  client: PostgresClient,
  annotations: Annotations = {},
): Promise<ReadonlyMap<string, ExportPlan>> {
  const names = await queryRows<{ schema: string; table: string }>(client, {
    text: `\
select relnamespace::regnamespace::text as schema, relname as table
from pg_class
where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition`,
    values: [],
  })
  const keys = await queryRows<{ table: string; columns: string[] }>(client, {
    text: `\
select c.relname as table, array(
  select a.attname::text from unnest(k.conkey) with ordinality part(attnum, place)
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.attnum
  order by part.place
) as columns
from pg_constraint k
join pg_class c on c.oid = k.conrelid
where k.contype = 'p' and k.connamespace = current_schema()::regnamespace`,
    values: [],
  })
  const catalog = await readCatalog(client, names)
  const models = [...catalog.tables.values()].map(({ table, columns }): ManifestModel => {
    const primaryKey = keys.find((key) => key.table === table)?.columns ?? null
    return {
      name: table,
      kind: 'model',
      schema: null,
      table,
      columns: columns.map(({ name, isNotNull }) => ({
        field: name,
        column: name,
        type: 'String',
        enum: null,
        nativeType: null,
        isList: false,
        isRequired: isNotNull,
        default: null,
        isUpdatedAt: false,
        isHidden: false,
        isSkipped: false,
        headers: [name],
      })),
      primaryKey,
      uniques: [],
      businessKey: null,
      strategy: null,
      references: annotatedReferences(table, annotations),
      files: [table],
    }
  })
  const schema = names[0]?.schema ?? 'public'
  return buildExportPlans(models, catalog, indexManifest(buildManifest({ models }), schema))
}

function annotatedReferences(
  model: string,
  annotations: Annotations,
): readonly ManifestReference[] {
  return Object.entries(annotations)
    .filter(([from]) => from.startsWith(`${model}.`))
    .map(([from, to]) => {
      const field = from.slice(model.length + 1)
      const [target = '', targetField = ''] = to.split('.')
      return {
        name: field,
        fields: [field],
        target,
        targetFields: [targetField],
        isNullable: true,
        origin: 'annotation',
      }
    })
}

/** A condition of a root without parameters. */
export function where(
  conditions: Readonly<Record<string, string>>,
): ReadonlyMap<string, Statement> {
  return new Map(Object.entries(conditions).map(([model, text]) => [model, { text, values: [] }]))
}
