import { type PostgresClient, queryRows } from '../postgres/client.js'

/** What became of a model: a row of `prisma_gyro.model`. */
export interface ModelRecord {
  readonly model: string
  readonly schema_name: string
  readonly table_name: string
  readonly key_columns: readonly string[]
  readonly key_column: string | null
  readonly technique: string
  readonly strategy: string
  readonly key_kind: KeyKind
  readonly rows_read: number
  readonly loaded: number
  readonly updated: number
  readonly skipped: number
  readonly unchanged: number
  readonly rejected: number
  readonly first_key: string | null
  readonly last_key: string | null
  readonly seconds: number
  readonly is_distinct: boolean
}

/** Where the new keys of a model are told; see `prisma_gyro.model`. */
export type KeyKind = 'range' | 'map' | 'kept' | 'pinned'

/** A file that was read: a row of `prisma_gyro.file`. */
export interface FileRecord {
  readonly model: string
  /** Among the files of its model, from 0. */
  readonly ordinal: number
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
}

/** Writes what became of the models of a batch, in load order. */
export async function recordModels(
  client: PostgresClient,
  batch: string,
  models: readonly ModelRecord[],
): Promise<void> {
  await queryRows(client, {
    text: `\
insert into prisma_gyro.model
select r.*
from jsonb_populate_recordset(null::prisma_gyro.model, $1) r`,
    values: [
      JSON.stringify(models.map((model, ordinal) => ({ batch_id: batch, ordinal, ...model }))),
    ],
  })
}

/** Writes which files a batch was made of. */
export async function recordFiles(
  client: PostgresClient,
  batch: string,
  files: readonly FileRecord[],
): Promise<void> {
  await queryRows(client, {
    text: `\
insert into prisma_gyro.file
select r.*
from jsonb_populate_recordset(null::prisma_gyro.file, $1) r`,
    values: [JSON.stringify(files.map((file) => ({ batch_id: batch, ...file })))],
  })
}

/** Writes something that happened to a batch. */
export async function recordEvent(
  client: PostgresClient,
  batch: string,
  { kind, detail }: { readonly kind: string; readonly detail: Readonly<Record<string, unknown>> },
): Promise<void> {
  await queryRows(client, {
    text: 'insert into prisma_gyro.event (batch_id, kind, detail) values ($1, $2, $3)',
    values: [batch, kind, JSON.stringify(detail)],
  })
}

/** Brings what is written of models up to date, once it is known. */
export async function updateModels(
  client: PostgresClient,
  batch: string,
  models: readonly Omit<ModelRecord, 'is_distinct'>[],
): Promise<void> {
  await queryRows(client, {
    text: `\
update prisma_gyro.model m set
  rows_read = r.rows_read,
  loaded = r.loaded,
  updated = r.updated,
  skipped = r.skipped,
  unchanged = r.unchanged,
  rejected = r.rejected,
  seconds = r.seconds
from jsonb_populate_recordset(null::prisma_gyro.model, $2) r
where m.batch_id = $1 and m.model = r.model`,
    values: [batch, JSON.stringify(models)],
  })
}

/** Notes models of which the rows cannot be told from those of others: see `findIndistinctModels`. */
export async function markIndistinct(
  client: PostgresClient,
  batch: string,
  models: readonly string[],
): Promise<void> {
  await queryRows(client, {
    text: 'update prisma_gyro.model set is_distinct = false where batch_id = $1 and model = any($2)',
    values: [batch, models],
  })
}

/** Reads which ones these are. */
export async function readIndistinct(
  client: PostgresClient,
  batch: string,
): Promise<readonly string[]> {
  const found = await queryRows<{ model: string }>(client, {
    text: `\
select model from prisma_gyro.model where batch_id = $1 and not is_distinct order by ordinal`,
    values: [batch],
  })
  return found.map(({ model }) => model)
}

/** Writes how many rows of a model each of its files held, in their order. */
export async function recordFileRows(
  client: PostgresClient,
  batch: string,
  { model, rows }: { readonly model: string; readonly rows: readonly number[] },
): Promise<void> {
  await queryRows(client, {
    text: `\
update prisma_gyro.file f set rows = r.rows
from unnest($3::bigint[]) with ordinality r(rows, place)
where f.batch_id = $1 and f.model = $2 and f.ordinal = r.place - 1`,
    values: [batch, model, rows],
  })
}
