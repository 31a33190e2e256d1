import { type PostgresClient, queryRow, queryRows, type Statement } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'
import { cannotRaise, isServerError } from './postgres-error.js'

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

/**
 * The ids come in the order of `n`, so those that nobody else took one of in between lie on one line.
 * A series in a select list streams, while one in FROM would be stored first; it has one of its own
 * because `nextval` beside it would be called once more at its end.
 */
export function takeRuns({ name, increment }: Sequence, count: number): Statement {
  const first = increment > 0n ? 'min' : 'max'
  return {
    text: `\
select ${first}(id)::text as "from", count(*)::text as count
from (
  select n, nextval($1::regclass) as id
  from (select generate_series(1, $2::bigint) as n) series
) taken
group by id - $3::bigint * n
order by min(n)`,
    values: [name, count, String(increment)],
  }
}

/** The last value that a sequence gives, as far as it goes. */
export function endOf({ increment, min, max }: Sequence): bigint {
  return increment > 0n ? max : min
}

/** SQLSTATE of `nextval` at the end of a sequence that does not begin anew. */
const SEQUENCE_LIMIT_EXCEEDED = '2200H'

/** Whether a sequence had no more ids to give. */
export function isSequenceEnd(error: unknown): boolean {
  return isServerError(error) && error.code === SEQUENCE_LIMIT_EXCEEDED
}

/** Up to this many ids are skipped by taking them, which needs no lock: about half a second. */
const MAX_SKIPPED = 1_000_000n

/**
 * Moves a sequence past a value that was inserted without it, so that it never gives that value.
 * Never moves it back, also beside live writers: a small gap is closed by taking the ids, a large
 * one with `setval` behind a lock that keeps others from inserting until the transaction ends.
 *
 * @throws {GyroError} `POSTGRES.MISSING_PRIVILEGE` when the gap is large and the role may not do that.
 */
export async function advanceSequence(
  client: PostgresClient,
  { sequence, table, past }: { sequence: Sequence; table: TableName; past: bigint },
): Promise<void> {
  // Where nothing tells, one id is taken to find out.
  const next =
    (await readNext(client, sequence)) ?? (await takeNext(client, sequence)) + sequence.increment
  const gap = countBehind(sequence, next, past)
  if (gap <= MAX_SKIPPED) {
    await queryRows(client, skipInSequence(sequence, gap))
    return
  }
  await expectMayRaise(client, sequence, table)
  await client.query(lockAgainstInserts(table))
  await queryRows(client, raiseSequence(sequence, next + (gap - 1n) * sequence.increment))
}

/**
 * How many ids a sequence that gives `next` has to skip so that it gives none up to `past`. A
 * descending one moves away from what is above it, so that it has none to skip.
 */
export function countBehind({ increment, max }: Sequence, next: bigint, past: bigint): bigint {
  const goal = past < max ? past : max
  return increment < 0n || goal < next ? 0n : (goal - next) / increment + 1n
}

/**
 * What the sequence gives next, without taking it; beyond its end when it has no more. Null when the
 * role may not see it: with USAGE alone it sees the last value, which is there once one was given.
 */
export async function readNext(client: PostgresClient, sequence: Sequence): Promise<bigint | null> {
  const values: string[] = []
  const { value } = await queryRow<{ value: string | null }>(client, {
    text: `select (${nextOf(sequence, values)})::text as value`,
    values,
  })
  return value === null ? null : BigInt(value)
}

/** What the sequence gives next, taking it. Needs USAGE on it. */
async function takeNext(client: PostgresClient, { name }: Sequence): Promise<bigint> {
  const { value } = await queryRow<{ value: string }>(client, {
    text: 'select nextval($1::regclass)::text as value',
    values: [name],
  })
  return BigInt(value)
}

async function expectMayRaise(
  client: PostgresClient,
  { name }: Sequence,
  table: TableName,
): Promise<void> {
  const row = await queryRow<{ role: string; mayRaise: boolean }>(client, {
    text: `\
select
  current_user as role,
  has_sequence_privilege($1, 'SELECT')
    and has_sequence_privilege($1, 'UPDATE')
    and has_table_privilege($2, 'UPDATE, DELETE, TRUNCATE') as "mayRaise"`,
    values: [name, qualify(table)],
  })
  if (!row.mayRaise) {
    const role = quoteIdentifier(row.role)
    throw cannotRaise(name, row.role, [
      `grant select, update on sequence ${name} to ${role};`,
      `grant update on table ${qualify(table)} to ${role};`,
    ])
  }
}

/**
 * SQL for what a sequence gives next, as `readNext` tells it. Numeric: past the last value there may
 * be no bigint.
 *
 * @param values The parameters of the statement, which those of the SQL are added to.
 */
export function nextOf(
  { name, increment, isReadable, isUsable }: Sequence,
  values: unknown[],
): string {
  if (isReadable) {
    const step = `case when is_called then ${increment} else 0 end`
    return `select last_value::numeric + ${step} from ${name}`
  }
  return isUsable
    ? `select pg_sequence_last_value($${values.push(name)}::regclass)::numeric + ${increment}`
    : 'select null::numeric'
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

/** The first id after the highest one, where nothing gives ids. The first of all is 1. */
export function nextAfter(highest: bigint | null): bigint {
  return highest === null || highest < 0n ? 1n : highest + 1n
}

/** The highest value of an integer column, null when there is no row. Needs SELECT on the column. */
export async function readHighest(
  client: PostgresClient,
  table: TableName,
  column: string,
): Promise<bigint | null> {
  const name = quoteIdentifier(column)
  const { highest } = await queryRow<{ highest: string | null }>(client, {
    text: `select max(${name})::text as highest from ${qualify(table)}`,
    values: [],
  })
  return highest === null ? null : BigInt(highest)
}
