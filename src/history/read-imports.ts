import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import { isClaimed } from './batch-lock.js'
import type { BatchStatus } from './batch-status.js'
import { isoTime, prunedAt } from './iso-time.js'

/** An import in a list of them. */
export interface ImportSummary {
  readonly id: string
  readonly name: string
  readonly status: BatchStatus
  /**
   * Whether the program that does it is still connected, of a batch that is not at its end; else null.
   * `gone` is a run that crashed.
   */
  readonly runner: 'running' | 'gone' | null
  /** Times are ISO 8601 in UTC. */
  readonly createdAt: string
  readonly finishedAt: string | null
  /** From its start to its end; null without one. */
  readonly seconds: number | null
  /** Who imported. */
  readonly role: string
  /** Of all models together. */
  readonly rows: {
    readonly read: number
    readonly loaded: number
    readonly updated: number
    readonly skipped: number
    readonly rejected: number
  }
  /** The code of what it failed by. */
  readonly errorCode: string | null
  /** When its keys and before-images were dropped. */
  readonly prunedAt: string | null
}

/** Imports, the newest first. */
export function readImports(
  client: PostgresClient,
  { limit }: { readonly limit: number },
): Promise<ImportSummary[]> {
  return queryRows<ImportSummary>(client, {
    text: `${selectImports()}\norder by b.created_at desc, b.id\nlimit $1`,
    values: [limit],
  })
}

/** All that is known of one import. */
export interface ImportDetails extends ImportSummary {
  readonly startedAt: string | null
  /** `once`: all rows were of one transaction. */
  readonly commitMode: 'once' | 'chunk'
  readonly toolVersion: string
  readonly manifestFingerprint: string
  /** As they were given, without URLs and passwords. */
  readonly options: Readonly<Record<string, unknown>>
  /** In load order. */
  readonly models: readonly ImportedModel[]
  /** By model, in the order of their rows. */
  readonly files: readonly ImportedFile[]
  /** In the order in which they happened. */
  readonly events: readonly ImportEvent[]
}

/** What became of a model; `read = loaded + updated + skipped + rejected`. */
export interface ImportedModel {
  readonly model: string
  /** As `schema.table`. */
  readonly table: string
  readonly technique: string
  readonly strategy: string
  readonly read: number
  readonly loaded: number
  readonly updated: number
  readonly skipped: number
  readonly rejected: number
  /** The column that got new keys, and where these are told; see `prisma_gyro.model`. */
  readonly keyColumn: string | null
  readonly keyKind: 'range' | 'map' | 'kept' | 'pinned'
  /** The lowest and the highest new key; null where none was given, or no number. */
  readonly keys: { readonly from: string; readonly to: string } | null
  readonly seconds: number
}

export interface ImportedFile {
  readonly model: string
  /** The name inside the folder. */
  readonly file: string
  /** Of the file as it was on disk, in hexadecimal digits. */
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
}

/** What happened to an import: a status that it came to, in small letters, or another thing. */
export interface ImportEvent {
  readonly at: string
  readonly kind: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Reads all that is known of a batch that is there, by its whole id. */
export async function readImportDetails(
  client: PostgresClient,
  id: string,
): Promise<ImportDetails> {
  type Batch = Omit<ImportDetails, 'models' | 'files' | 'events'>
  const batch = await queryRow<Batch>(client, {
    text: `${selectImports(MORE)}\nwhere b.id = $1`,
    values: [id],
  })
  return {
    ...batch,
    models: await queryRows<ImportedModel>(client, modelsOf(id)),
    files: await queryRows<ImportedFile>(client, filesOf(id)),
    events: await queryRows<ImportEvent>(client, eventsOf(id)),
  }
}

const MORE = `,
  ${isoTime('b.started_at')} as "startedAt",
  b.commit_mode as "commitMode",
  b.tool_version as "toolVersion",
  b.manifest_fingerprint as "manifestFingerprint",
  b.options`

function selectImports(more = ''): string {
  return `\
select
  b.id,
  b.name,
  b.status,
  case
    when b.status not in ('PENDING', 'IN_PROGRESS') then null
    when ${isClaimed('b.id')} then 'running'
    else 'gone'
  end as runner,
  ${isoTime('b.created_at')} as "createdAt",
  ${isoTime('b.finished_at')} as "finishedAt",
  extract(epoch from b.finished_at - b.started_at)::float8 as seconds,
  b.role,
  json_build_object(
    'read', m.read, 'loaded', m.loaded, 'updated', m.updated,
    'skipped', m.skipped, 'rejected', m.rejected
  ) as rows,
  b.error_code as "errorCode",
  ${prunedAt('b.id')} as "prunedAt"${more}
from prisma_gyro.batch b
cross join lateral (
  select
    coalesce(sum(rows_read), 0) as read,
    coalesce(sum(loaded), 0) as loaded,
    coalesce(sum(updated), 0) as updated,
    coalesce(sum(skipped), 0) as skipped,
    coalesce(sum(rejected), 0) as rejected
  from prisma_gyro.model
  where batch_id = b.id
) m`
}

function modelsOf(id: string): Statement {
  return {
    text: `\
select
  model,
  schema_name || '.' || table_name as table,
  technique,
  strategy,
  rows_read::float8 as read,
  loaded::float8 as loaded,
  updated::float8 as updated,
  skipped::float8 as skipped,
  rejected::float8 as rejected,
  key_column as "keyColumn",
  key_kind as "keyKind",
  case
    when first_key is null then null
    else json_build_object('from', first_key, 'to', last_key)
  end as keys,
  seconds
from prisma_gyro.model
where batch_id = $1
order by ordinal`,
    values: [id],
  }
}

function filesOf(id: string): Statement {
  return {
    text: `\
select f.model, f.path as file, f.sha256, f.bytes::float8 as bytes, f.rows::float8 as rows
from prisma_gyro.file f
left join prisma_gyro.model m using (batch_id, model)
where f.batch_id = $1
order by m.ordinal, f.model, f.ordinal`,
    values: [id],
  }
}

function eventsOf(id: string): Statement {
  return {
    text: `\
select ${isoTime('at')} as at, kind, detail
from prisma_gyro.event
where batch_id = $1
order by id`,
    values: [id],
  }
}
