import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import type { IdRun, Sequence } from './sequence.js'
import type { SideConnection } from './side-connection.js'

/** Ids that are wanted from a sequence in one piece. */
export interface BlockRequest {
  readonly sequence: Sequence
  readonly count: number
  /** A value that the ids have to be above; null when there is none. */
  readonly past: bigint | null
  /** The highest id that will do. */
  readonly highest: bigint
}

/** From this many ids on, taking them one by one costs more than to do so by another connection. */
export const MIN_BLOCK = 40_000

/**
 * How long the other connection may take to lock the sequence, in milliseconds: a pooler that has no
 * more connections to the server than ours lets a statement wait until ours is done.
 */
const MAX_WAIT_MS = 1_000

/**
 * Takes ids from a sequence in one piece, by moving it past them, or says that this is not possible:
 * then nothing was taken. Safe beside live writers: a lock keeps them from the sequence meanwhile. As
 * they would have to wait for it until COMMIT, a connection and a transaction of its own do it at once.
 *
 * Null without a connection, for few ids, a descending sequence, one that ends too soon or that the role
 * does not own, and when the server has no connection left or someone else holds the sequence.
 */
export async function takeBlock(
  client: PostgresClient,
  side: SideConnection | null,
  request: BlockRequest,
): Promise<IdRun | null> {
  const { sequence, count } = request
  const isWorthIt = count >= MIN_BLOCK && sequence.increment > 0n
  if (side === null || !isWorthIt || !(await isOwner(client, sequence))) {
    return null
  }
  try {
    return await side.use((other) => moveBehindLock(other, request))
  } catch {
    // Whatever it was, there is another way to the ids. If COMMIT itself failed, these are left out.
    return null
  }
}

async function isOwner(client: PostgresClient, { name }: Sequence): Promise<boolean> {
  const { isOwned } = await queryRow<{ isOwned: boolean }>(client, {
    text: `\
select pg_has_role(relowner, 'USAGE') as "isOwned"
from pg_catalog.pg_class
where oid = $1::regclass`,
    values: [name],
  })
  return isOwned
}

async function moveBehindLock(
  client: PostgresClient,
  request: BlockRequest,
): Promise<IdRun | null> {
  const { sequence, count } = request
  await client.query({ text: lockSequence(sequence), query_timeout: MAX_WAIT_MS })
  const [block] = await queryRows<{ from: string }>(client, moveSequence(request))
  await client.query('commit')
  return block === undefined ? null : { from: BigInt(block.from), count, step: sequence.increment }
}

/**
 * PostgreSQL locks a sequence only to change it: so it is told to be what it is. `nextval` of others
 * waits for this, and this for transactions that took an id and are open, but not for long: whoever
 * comes next would have to wait behind it.
 */
function lockSequence({ name, increment }: Sequence): string {
  return `\
begin isolation level read committed;
set local lock_timeout = '100ms';
alter sequence ${name} increment by ${increment}`
}

/** Gives no row, and moves nothing, when the block would end too far up. */
function moveSequence({ sequence, count, past, highest }: BlockRequest): Statement {
  const { name, increment, max } = sequence
  return {
    text: `\
select "from"::text, setval($1::regclass, last::bigint)
from (
  select "from", "from" + $2::numeric * ($3::bigint - 1) as last
  from (
    select next + $2::numeric * greatest(0, div($4::numeric - next + $2::numeric, $2::numeric)) as "from"
    from (
      select last_value::numeric + case when is_called then $2::numeric else 0 end as next
      from ${name}
    ) sequence
  ) first
) block
where last <= $5::numeric`,
    values: [
      name,
      String(increment),
      count,
      past === null ? null : String(past),
      String(highest < max ? highest : max),
    ],
  }
}
