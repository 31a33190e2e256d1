import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { isClaimed } from './batch-lock.js'
import type { BatchStatus } from './batch-status.js'
import { isoTime } from './iso-time.js'

/** A batch and what is dropped of it. */
export interface PrunedBatch {
  readonly id: string
  readonly name: string
  readonly status: BatchStatus
  /** ISO 8601 in UTC. */
  readonly finishedAt: string
  /** Ranges of integer keys, some rows of the history for any number of them. */
  readonly ranges: number
  /** Keys that were listed one by one. */
  readonly keys: number
  /** Rows of which it was kept what they were before. */
  readonly images: number
}

/**
 * Finds batches that ended longer ago than that and of which there is something to drop, the oldest
 * first. None that somebody works on, and none that never came to an end.
 *
 * @param seconds By the clock of the server.
 */
export function findPrunable(client: PostgresClient, seconds: number): Promise<PrunedBatch[]> {
  return queryRows<PrunedBatch>(client, {
    text: `\
select
  b.id,
  b.name,
  b.status,
  ${isoTime('b.finished_at')} as "finishedAt",
  (select count(*)::float8 from prisma_gyro.key_range where batch_id = b.id) as ranges,
  (select count(*)::float8 from prisma_gyro.key_map where batch_id = b.id) +
    (select coalesce(sum(rows), 0)::float8 from prisma_gyro.key_block where batch_id = b.id) as keys,
  (select count(*)::float8 from prisma_gyro.before_image where batch_id = b.id) as images
from prisma_gyro.batch b
where b.status in ('COMPLETED', 'FAILED', 'ROLLED_BACK')
  and b.finished_at < clock_timestamp() - make_interval(secs => $1)
  and not ${isClaimed('b.id')}
  and (
    b.run_at is not null
    or ${PRUNED_TABLES.map((table) => `exists (select from prisma_gyro.${table} where batch_id = b.id)`).join('\n    or ')}
  )
order by b.finished_at, b.id`,
    values: [seconds],
  })
}

/** With its keys, a batch loses all that it takes to go on with it. */
const PRUNED_TABLES = [
  'key_range',
  'key_map',
  'key_block',
  'before_image',
  'restored_row',
  'checkpoint',
] as const

/** Drops keys and before-images of batches, and tells so in their events. */
export async function dropKeysAndImages(
  client: PostgresClient,
  batches: readonly PrunedBatch[],
): Promise<void> {
  await queryRows(client, dropThem(batches.map(({ id }) => id)))
  const events = batches.map(({ id, ranges, keys, images }) => ({
    batch_id: id,
    detail: { ranges, keys, images },
  }))
  await queryRows(client, {
    text: `\
insert into prisma_gyro.event (batch_id, kind, detail)
select batch_id, 'pruned', detail
from jsonb_to_recordset($1::jsonb) as pruned(batch_id uuid, detail jsonb)`,
    values: [JSON.stringify(events)],
  })
}

function dropThem(ids: readonly string[]): Statement {
  const drops = PRUNED_TABLES.map(
    (table) =>
      `drop_${table} as (\n  delete from prisma_gyro.${table} where batch_id = any ($1::uuid[])\n)`,
  )
  return {
    text: `\
with ${drops.join(', ')}
update prisma_gyro.batch set run_at = null, secret = null, plan_fingerprint = null
where id = any ($1::uuid[]) and run_at is not null`,
    values: [ids],
  }
}
