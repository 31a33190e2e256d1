import type { Statement } from '../postgres/client.js'
import { qualify, type TableName } from '../postgres/identifier.js'

/** The temporary table with the integer keys of a batch, by model. */
export const KEY_PIECES: TableName = { schema: 'pg_temp', table: 'prisma_gyro_piece' }

/** Makes the table of pieces, empty. */
export function createPieces(): readonly string[] {
  const { table } = KEY_PIECES
  return [
    `create temporary table ${table} (model text, low bigint, high bigint, step bigint) on commit drop`,
    `create index on ${qualify(KEY_PIECES)} (model, low)`,
  ]
}

/** By model, between which keys its pieces lie, and whether there are others in between. */
export function hullsOfPieces(): Statement {
  return {
    text: `\
select
  model,
  min(low)::text as from,
  max(high)::text as to,
  count(*) > 1 or min(step) > 1 as "hasGaps"
from ${qualify(KEY_PIECES)}
group by model`,
    values: [],
  }
}

/** Fills it. Pieces that go on where another ends become one, so that there are few. */
export function fillPieces(batch: string): Statement {
  return {
    text: `\
insert into ${qualify(KEY_PIECES)}
with piece as (
  select
    model,
    least(target_from, target_from + target_step * (rows - 1)) as low,
    greatest(target_from, target_from + target_step * (rows - 1)) as high,
    greatest(abs(target_step), 1) as step
  from prisma_gyro.key_range
  where batch_id = $1 and rows > 0
), joined as (
  select *, low is distinct from lag(high) over up + step or step <> lag(step) over up as is_first
  from piece
  window up as (partition by model order by low)
), island as (
  select *, count(*) filter (where is_first) over (partition by model order by low) as number
  from joined
)
select model, min(low), max(high), min(step)
from island
group by model, number`,
    values: [batch],
  }
}
