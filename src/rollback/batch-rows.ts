import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import { KEY_PIECES } from './key-pieces.js'
import type { Parameters } from './parameters.js'
import { columnType, type ScopeTable } from './rollback-scope.js'

/** How the rows of a batch are told among those of their table. */
export type RowsOfBatch =
  /** Their keys are in pieces of integers. */
  | {
      readonly by: 'range'
      readonly column: string
      readonly from: string
      readonly to: string
      /** Whether not every integer in between is one of theirs. */
      readonly hasGaps: boolean
    }
  /** Their keys are listed. */
  | { readonly by: 'map'; readonly column: string }
  /** Only what PostgreSQL keeps of every row says who wrote it. */
  | { readonly by: 'writer' }

/** What a batch wrote into a table. */
export interface BatchRows {
  readonly batch: string
  readonly model: string
  readonly table: ScopeTable
  readonly rows: RowsOfBatch
  /** The key that before-images name. */
  readonly keyColumns: readonly string[]
  /** Numbers of the transactions that wrote rows of the batch. */
  readonly writers: readonly string[]
  /** Whether the rollback of another batch has given back to rows what this one had left. */
  readonly hasRestored: boolean
  /** Whether rows are kept from others until COMMIT. */
  readonly isLocking: boolean
}

/** Integers without gaps, each of them a key of a batch. */
export interface KeyRange {
  readonly column: string
  readonly from: string
  readonly to: string
}

/** What tells which rows of a table will be deleted: marks, or that their keys lie in a range. */
export type GoneRows = 'marked' | KeyRange

/** The keys of rows that are told by nothing else than that they lie in one range; else null. */
export function rangeOf({ rows }: Pick<BatchRows, 'rows'>): KeyRange | null {
  return rows.by === 'range' && !rows.hasGaps ? rows : null
}

/** That a value lies in a range. Never NULL where the value is not. */
export function isInRange(
  value: string,
  { from, to }: Pick<KeyRange, 'from' | 'to'>,
  parameters: Parameters,
): string {
  return `${value} between ${parameters.take(from)}::bigint and ${parameters.take(to)}::bigint`
}

/**
 * A row names the transaction that wrote it last. That may be the rollback of another batch, which had
 * updated it.
 */
export function isWrittenBy(part: BatchRows, parameters: Parameters): string {
  const { batch, model, keyColumns, writers, hasRestored } = part
  const isWritten = `t.xmin = any (${parameters.take(writers)}::xid[])`
  if (!hasRestored) return isWritten
  const key = keyColumns.map((name) => `t.${quoteIdentifier(name)}::text`)
  return `(${isWritten} or exists (
    select
    from prisma_gyro.restored_row o
    where o.batch_id = ${parameters.take(batch)} and o.model = ${parameters.take(model)}
      and o.key = array[${key.join(', ')}] and o.xid = t.xmin
  ))`
}

/** The part of a statement that leaves those rows `t` which a batch inserted. */
export function rowsOfBatch(part: BatchRows, parameters: Parameters): string {
  const { batch, model, table, rows } = part
  const isOurs = isWrittenBy(part, parameters)
  switch (rows.by) {
    case 'writer':
      return `where ${isOurs}`
    case 'map':
      // Several source keys may be one row. What is not known to be new is so where we wrote it.
      return `\
join (
  select m.target_key, bool_or(m.is_new) as is_new
  from prisma_gyro.key_map m
  where m.batch_id = ${parameters.take(batch)} and m.model = ${parameters.take(model)}
    and m.is_new is not false
  group by m.target_key
) k on t.${quoteIdentifier(rows.column)} = k.target_key::${columnType(table, rows.column)}
where (k.is_new or ${isOurs})`
    case 'range':
      return `where ${isInPieces(model, rows, parameters)}`
  }
}

function isInPieces(
  model: string,
  range: Extract<RowsOfBatch, { by: 'range' }>,
  parameters: Parameters,
): string {
  const key = `t.${quoteIdentifier(range.column)}`
  const isBetween = isInRange(key, range, parameters)
  if (!range.hasGaps) return isBetween
  // Pieces do not overlap: the key is in the last that begins before it, or in none.
  return `${isBetween}
  and exists (
    select
    from (
      select p.low, p.high, p.step
      from ${qualify(KEY_PIECES)} p
      where p.model = ${parameters.take(model)} and p.low <= ${key}
      order by p.low desc
      limit 1
    ) p
    where ${key} <= p.high and (${key} - p.low) % p.step = 0
  )`
}

/** What keeps rows `t` from others, at the end of a statement. */
export function lockOf({ isLocking }: BatchRows): string {
  return isLocking ? '\nfor update of t' : ''
}
