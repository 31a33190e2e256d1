import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'

/** How far a model of a batch has come: a row of `prisma_gyro.checkpoint`. */
export interface Checkpoint {
  readonly model: string
  /** Rows of the files that were sent and committed. */
  readonly sent: number
  /** Rows that were left out as they are there; counted when the model is done. */
  readonly skipped: number
  /** Rows that were met and changed. */
  readonly updated: number
  /** Rows that were met and left alone. */
  readonly met: number
  readonly isDone: boolean
  /** Highest value that was kept in columns with a sequence, by the place of the column in the file. */
  readonly highest: ReadonlyMap<number, bigint>
  /** Fields that became NULL as the row that they refer to is missing, likewise. */
  readonly nulled: ReadonlyMap<number, number>
  readonly seconds: number
}

/** What is known of a model before its first chunk. */
export interface FirstCheckpoint {
  readonly model: string
  /** Source keys; null where nobody counted them. */
  readonly keys: number | null
  /** Rows that are left out as they are there, as `RowSet.toBytes` has it; null for none. */
  readonly leftOut: Buffer | null
}

/** Begins the account of the models of a batch. */
export async function recordCheckpoints(
  client: PostgresClient,
  batch: string,
  models: readonly FirstCheckpoint[],
): Promise<void> {
  for (const { model, keys, leftOut } of models) {
    await queryRows(client, {
      text: `\
insert into prisma_gyro.checkpoint (batch_id, model, keys, left_out)
values ($1, $2, $3, $4)`,
      values: [batch, model, keys, leftOut],
    })
  }
}

/** How far all models of a batch have come. */
export async function readCheckpoints(
  client: PostgresClient,
  batch: string,
): Promise<readonly (Checkpoint & FirstCheckpoint)[]> {
  const rows = await queryRows<FoundCheckpoint>(client, {
    text: `\
select
  model,
  keys::float8 as keys,
  left_out as "leftOut",
  sent::float8 as sent,
  skipped::float8 as skipped,
  updated::float8 as updated,
  met::float8 as met,
  is_done as "isDone",
  highest,
  nulled,
  seconds
from prisma_gyro.checkpoint
where batch_id = $1`,
    values: [batch],
  })
  return rows.map((row) => ({
    ...row,
    highest: byColumn(row.highest, BigInt),
    nulled: byColumn(row.nulled, Number),
  }))
}

type FoundCheckpoint = Omit<Checkpoint & FirstCheckpoint, 'highest' | 'nulled'> & {
  readonly highest: Readonly<Record<string, string>>
  readonly nulled: Readonly<Record<string, number>>
}

function byColumn<Found, Value>(
  found: Readonly<Record<string, Found>>,
  parse: (value: Found) => Value,
): ReadonlyMap<number, Value> {
  const entries = Object.entries(found)
  return new Map(entries.map(([column, value]) => [Number(column), parse(value)]))
}

/**
 * Moves a model on, and what the history tells of it, in the transaction of the rows.
 *
 * @param before Rows that were sent before.
 * @returns False where it is not there any more: somebody else works on the batch.
 */
export async function moveCheckpoint(
  client: PostgresClient,
  batch: string,
  { before, ...checkpoint }: Checkpoint & { readonly before: number },
): Promise<boolean> {
  const { moved } = await queryRow<{ moved: string }>(
    client,
    moveOn(batch, { ...checkpoint, before }),
  )
  return moved === '1'
}

function moveOn(batch: string, to: Checkpoint & { readonly before: number }): Statement {
  const highest = [...to.highest].map(([column, value]) => [column, String(value)] as const)
  return {
    text: `\
with moved as (
  update prisma_gyro.checkpoint set
    sent = $4,
    skipped = $5,
    updated = $6,
    met = $7,
    is_done = $8,
    highest = $9,
    nulled = $11,
    seconds = $10,
    at = clock_timestamp()
  where batch_id = $1 and model = $2 and sent = $3 and not is_done
  returning batch_id, model
), told as (
  update prisma_gyro.model m set
    rows_read = $4::bigint + $5::bigint,
    loaded = $4::bigint - $6::bigint - $7::bigint,
    updated = $6::bigint,
    skipped = $5::bigint + $7::bigint,
    seconds = $10
  from moved
  where m.batch_id = moved.batch_id and m.model = moved.model
)
select count(*)::text as moved
from moved`,
    values: [
      ...[batch, to.model, to.before, to.sent, to.skipped, to.updated, to.met, to.isDone],
      ...[JSON.stringify(Object.fromEntries(highest)), to.seconds],
      JSON.stringify(Object.fromEntries(to.nulled)),
    ],
  }
}

/** What the history says is committed of a batch: rows loaded and updated. */
export async function countCommitted(client: PostgresClient, batch: string): Promise<number> {
  const { rows } = await queryRow<{ rows: number }>(client, {
    text: `\
select coalesce(sum(loaded + updated), 0)::float8 as rows
from prisma_gyro.model
where batch_id = $1`,
    values: [batch],
  })
  return rows
}

/** Numbers of the transactions that wrote rows of the models of a batch. */
export async function readWriters(
  client: PostgresClient,
  batch: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await queryRows<{ model: string; writers: readonly string[] }>(client, {
    text: `\
select model, array_agg(distinct xid::text) as writers
from prisma_gyro.write
where batch_id = $1
group by model`,
    values: [batch],
  })
  return new Map(rows.map(({ model, writers }) => [model, writers]))
}

/** How many writes of a batch the history tells of. */
export async function countWrites(client: PostgresClient, batch: string): Promise<number> {
  const { count } = await queryRow<{ count: number }>(client, {
    text: `\
select coalesce(max(ordinal) + 1, 0) as count
from prisma_gyro.write
where batch_id = $1`,
    values: [batch],
  })
  return count
}
