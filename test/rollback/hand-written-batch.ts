import { randomUUID } from 'node:crypto'
import { MIGRATIONS } from '../../src/history/history-schema.js'
import type { PostgresClient } from '../../src/postgres/client.js'

/** A batch as a test writes it into the history, without an import. */
export interface HandWrittenBatch {
  readonly name?: string
  readonly status?: string
  readonly options?: Readonly<Record<string, unknown>>
  /** SQL that writes the rows. */
  readonly sql: string
  readonly models: readonly HandWrittenModel[]
}

interface HandWrittenModel {
  readonly model: string
  /** Default: the name of the model. */
  readonly table?: string
  /** Default: `id`. */
  readonly keyColumn?: string
  /** Integer keys from one to another, both included, and the step between them. */
  readonly range?: readonly (readonly [from: number, to: number, step?: number])[]
  /** New keys, and whether they are known to be so. */
  readonly map?: readonly (readonly [key: string, isNew: boolean | null])[]
  readonly loaded: number
  /** What rows held that were updated. */
  readonly images?: readonly {
    readonly key: readonly string[]
    readonly columns: readonly string[]
    readonly values: readonly (string | null)[]
  }[]
}

/** Writes rows and the history of them in one transaction; gives the id of the batch. */
export async function writeBatch(
  client: PostgresClient,
  { name = 'export', status = 'COMPLETED', options = {}, sql, models }: HandWrittenBatch,
): Promise<string> {
  const id = randomUUID()
  await client.query('begin')
  await createHistory(client)
  await client.query({
    text: `\
insert into prisma_gyro.batch
  (id, name, status, commit_mode, tool_version, manifest_fingerprint, options, transaction_id)
values ($1, $2, $3, 'once', '0', 'x', $4, pg_current_xact_id()::text)`,
    values: [id, name, status, options],
  })
  await client.query(sql)
  for (const [ordinal, model] of models.entries()) {
    await writeModel(client, id, { ...model, ordinal })
  }
  await client.query('commit')
  return id
}

async function createHistory(client: PostgresClient): Promise<void> {
  const { rowCount } = await client.query("select from pg_namespace where nspname = 'prisma_gyro'")
  if (rowCount === 0) {
    const statements = MIGRATIONS.flatMap((migration) => migration.statements)
    await client.query(['create schema prisma_gyro', ...statements].join(';\n'))
  }
}

async function writeModel(
  client: PostgresClient,
  batch: string,
  given: HandWrittenModel & { readonly ordinal: number },
): Promise<void> {
  const { model, table = model, keyColumn = 'id', range, map, loaded, images = [], ordinal } = given
  const kind = range !== undefined ? 'range' : map !== undefined ? 'map' : 'kept'
  await client.query({
    text: `\
insert into prisma_gyro.model values
  ($1, $2, $3, 'public', $4, $5, $6, 'checked', 'sequential', $7, $8::bigint + $9::bigint, $8, $9, 0, 0, 0, null, null, 0, true)`,
    values: [batch, ordinal, model, table, [keyColumn], keyColumn, kind, loaded, images.length],
  })
  await client.query({
    text: `\
with w as (insert into prisma_gyro.write values ($1, $2, $3, pg_current_xact_id()::xid, now(), $4))
select`,
    values: [batch, ordinal, model, loaded],
  })
  for (const [place, [from, to, step = 1]] of (range ?? []).entries()) {
    const rows = (to - from) / step + 1
    await client.query({
      text: 'insert into prisma_gyro.key_range values ($1, $2, $3, 1, $4, $5, $6, $4)',
      values: [batch, model, place, rows, from, step],
    })
  }
  for (const [place, [key, isNew]] of (map ?? []).entries()) {
    await client.query({
      text: 'insert into prisma_gyro.key_map values ($1, $2, $3, $4, $5)',
      values: [batch, model, String(place), key, isNew],
    })
  }
  for (const { key, columns, values } of images) {
    await client.query({
      text: "insert into prisma_gyro.before_image values ($1, $2, $3, $4, $5, '3')",
      values: [batch, model, key, columns, values],
    })
  }
}
