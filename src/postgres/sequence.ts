import type { PostgresClient, Statement } from './client.js'
import { queryRows } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'

/** A sequence as its catalog row describes it. All numbers are exact. */
export interface Sequence {
  /** Quoted and qualified, ready for SQL: `"public"."Order_id_seq"`. */
  readonly name: string
  readonly increment: bigint
  readonly min: bigint
  readonly max: bigint
  /** Whether the role may call `nextval`. */
  readonly isUsable: boolean
  /** Whether the role may read `last_value`. */
  readonly isReadable: boolean
}

/** Ids `from`, `from + step`, …: `count` of them. Exact, as they come from the database. */
export interface IdRun {
  readonly from: bigint
  readonly count: number
  /** Not 0; below 0 for a descending sequence. */
  readonly step: bigint
}

/**
 * Takes ids from a sequence. Safe beside live writers and needs only USAGE: every id comes from
 * `nextval`, which gives none twice. What others took in between splits the ids into runs.
 */
export async function takeFromSequence(
  client: PostgresClient,
  sequence: Sequence,
  count: number,
): Promise<readonly IdRun[]> {
  const rows = await queryRows<{ from: string; count: string }>(client, takeRuns(sequence, count))
  return rows.map((row) => ({
    from: BigInt(row.from),
    count: Number(row.count),
    step: sequence.increment,
  }))
}

export function takeRuns({ name, increment }: Sequence, count: number): Statement {
  const first = increment > 0n ? 'min' : 'max'
  const direction = increment > 0n ? 'asc' : 'desc'
  return {
    text: `\
with taken as materialized (
  select nextval($1::regclass) as id from generate_series(1, $2::bigint)
), numbered as (
  select id, id - $3::bigint * row_number() over (order by id ${direction}) as run from taken
)
select ${first}(id)::text as "from", count(*)::text as count
from numbered
group by run
order by ${first}(id) ${direction}`,
    values: [name, count, String(increment)],
  }
}

/** Up to this many ids are skipped by taking them, which needs no lock: about half a second. */
const MAX_SKIPPED = 1_000_000n

/**
 * Moves a sequence past a value that was inserted without it, so that it never gives that value.
 * Never moves it back, also beside live writers: a small gap is closed by taking the ids, a large
 * one with `setval` behind a lock that keeps others from inserting until the transaction ends.
 */
export async function advanceSequence(
  client: PostgresClient,
  { sequence, table, past }: { sequence: Sequence; table: TableName; past: bigint },
): Promise<void> {
  // Where the sequence may not be read, one id is taken to find out.
  const next = await readBigint(
    client,
    sequence.isReadable ? nextOfSequence(sequence) : takeOne(sequence),
  )
  const goal = past < sequence.max ? past : sequence.max
  const gap = (goal - next) / sequence.increment + 1n
  // A descending sequence moves away from what is above it.
  if (goal < next || sequence.increment < 0n) {
    return
  }
  if (gap <= MAX_SKIPPED) {
    await queryRows(client, skipInSequence(sequence, gap))
    return
  }
  await client.query(lockAgainstInserts(table))
  await queryRows(client, raiseSequence(sequence, goal))
}

/** What the sequence gives next, without taking it. Needs SELECT on it. */
export async function readNext(client: PostgresClient, sequence: Sequence): Promise<bigint> {
  return readBigint(client, nextOfSequence(sequence))
}

async function readBigint(client: PostgresClient, statement: Statement): Promise<bigint> {
  const [row] = await queryRows<{ value: string }>(client, statement)
  return BigInt(row?.value ?? 0)
}

function nextOfSequence({ name, increment }: Sequence): Statement {
  return {
    text: `\
select (last_value + case when is_called then $1::bigint else 0 end)::text as value
from ${name}`,
    values: [String(increment)],
  }
}

function takeOne({ name }: Sequence): Statement {
  return { text: 'select nextval($1::regclass)::text as value', values: [name] }
}

function skipInSequence({ name }: Sequence, count: bigint): Statement {
  return {
    text: 'select count(nextval($1::regclass)) from generate_series(1, $2::bigint)',
    values: [name, String(count)],
  }
}

function raiseSequence({ name }: Sequence, past: bigint): Statement {
  return {
    text: `select setval($1::regclass, greatest(last_value, $2::bigint)) from ${name}`,
    values: [name, String(past)],
  }
}

/** Lets others read but not insert until the transaction ends, nor lock in the same way. */
export function lockAgainstInserts(table: TableName): string {
  return `lock table ${qualify(table)} in share row exclusive mode`
}

/** The highest value of an integer column, null when there is no row. Needs SELECT on the column. */
export async function readHighest(
  client: PostgresClient,
  table: TableName,
  column: string,
): Promise<bigint | null> {
  const name = quoteIdentifier(column)
  const [row] = await queryRows<{ highest: string | null }>(client, {
    text: `select max(${name})::text as highest from ${qualify(table)}`,
    values: [],
  })
  return row?.highest == null ? null : BigInt(row.highest)
}
