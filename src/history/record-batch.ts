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
