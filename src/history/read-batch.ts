import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import type { TableName } from '../postgres/identifier.js'
import type { BatchStatus } from './batch-status.js'
import { ambiguousBatch, noCompletedBatch, unknownBatch } from './history-error.js'
import { HISTORY_SCHEMA } from './history-schema.js'
import { isoTime, prunedAt } from './iso-time.js'

/** An import as the history has it. */
export interface RecordedBatch {
  readonly id: string
  readonly name: string
  readonly status: BatchStatus
  readonly commitMode: 'once' | 'chunk'
  /** ISO 8601 in UTC. */
  readonly createdAt: string
  readonly role: string
  readonly manifestFingerprint: string
  /** Tables that the import has emptied before it loaded, as `schema.table`. */
  readonly truncated: readonly string[]
  /** What `pg_current_xact_id()` was; null where there were several transactions. */
  readonly transactionId: string | null
  /** When its keys and before-images were dropped, ISO 8601 in UTC; null where they are there. */
  readonly prunedAt: string | null
}

/** A model of a batch as the history has it. */
export interface RecordedModel {
  readonly model: string
  readonly table: TableName
  /** The key that before-images name. */
  readonly keyColumns: readonly string[]
  /** The column that got new keys; null when there is none. */
  readonly keyColumn: string | null
  readonly keyKind: 'range' | 'map' | 'kept' | 'pinned'
  /** Whether the database can tell its rows from others: see `findIndistinctModels`. */
  readonly isDistinct: boolean
  readonly loaded: number
  readonly updated: number
  /** The lowest and the highest new key, as text; of pinned rows the one that all became. */
  readonly firstKey: string | null
  readonly lastKey: string | null
}

/** The word that stands for the newest batch that is completed. */
const LAST_BATCH = 'last'

/**
 * Finds a batch by its id, the beginning of it that no other has, or `last`.
 *
 * @throws {GyroError} `HISTORY.UNKNOWN_BATCH`, `HISTORY.AMBIGUOUS_BATCH`.
 */
export async function readBatch(client: PostgresClient, wanted: string): Promise<RecordedBatch> {
  if (wanted === LAST_BATCH) {
    const [last] = await queryRows<RecordedBatch>(client, newestCompleted())
    if (last === undefined) throw noCompletedBatch()
    return last
  }
  const isPrefix = /^[\da-f-]+$/i.test(wanted)
  const found = isPrefix ? await queryRows<RecordedBatch>(client, batchesLike(wanted)) : []
  const [batch, other] = found
  if (batch === undefined) throw unknownBatch(wanted)
  if (other !== undefined) throw ambiguousBatch(wanted, found)
  return batch
}

/** Whether anything was ever imported with a history. To be asked first. */
export async function hasHistory(client: PostgresClient): Promise<boolean> {
  const { isThere } = await queryRow<{ isThere: boolean }>(client, {
    text: `\
select exists (
  select
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = 'batch'
) as "isThere"`,
    values: [HISTORY_SCHEMA],
  })
  return isThere
}

/** The models of a batch, in load order. */
export function readModels(client: PostgresClient, batch: string): Promise<RecordedModel[]> {
  return queryRows<RecordedModel>(client, {
    text: `\
select
  model,
  jsonb_build_object('schema', schema_name, 'table', table_name) as table,
  key_columns as "keyColumns",
  key_column as "keyColumn",
  key_kind as "keyKind",
  is_distinct as "isDistinct",
  loaded::float8 as loaded,
  updated::float8 as updated,
  first_key as "firstKey",
  last_key as "lastKey"
from prisma_gyro.model
where batch_id = $1
order by ordinal`,
    values: [batch],
  })
}

const BATCH_COLUMNS = `\
  id,
  name,
  status,
  commit_mode as "commitMode",
  ${isoTime('created_at')} as "createdAt",
  role,
  manifest_fingerprint as "manifestFingerprint",
  coalesce((
    select e.detail -> 'tables'
    from prisma_gyro.event e
    where e.batch_id = batch.id and e.kind = 'truncated'
    limit 1
  ), '[]') as truncated,
  transaction_id as "transactionId",
  ${prunedAt('batch.id')} as "prunedAt"`

/** More than one when the text is not enough to tell. */
function batchesLike(prefix: string): Statement {
  return {
    text: `\
select
${BATCH_COLUMNS}
from prisma_gyro.batch
where starts_with(id::text, lower($1))
order by created_at desc
limit 5`,
    values: [prefix],
  }
}

function newestCompleted(): Statement {
  return {
    text: `\
select
${BATCH_COLUMNS}
from prisma_gyro.batch
where status = 'COMPLETED'
order by created_at desc
limit 1`,
    values: [],
  }
}
