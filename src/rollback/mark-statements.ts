import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { KEY_PIECES } from './key-pieces.js'
import { Parameters } from './parameters.js'
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

/** The temporary table with the rows of a table that will be deleted. */
export function goneRows({ place }: Pick<ScopeTable, 'place'>): TableName {
  return { schema: 'pg_temp', table: `prisma_gyro_gone_${place}` }
}

/** The temporary table with the rows of a table that will become what they were. */
export function changedRows({ place }: Pick<ScopeTable, 'place'>): TableName {
  return { schema: 'pg_temp', table: `prisma_gyro_back_${place}` }
}

/**
 * Makes the tables of marks for a table, empty. Columns are `c0`, `c1`, …: first those of the identity,
 * then those referred to; `round` is 0 for rows of the batch, and counts how far away others are.
 */
export function createMarks(table: ScopeTable): readonly string[] {
  const columns = markedColumns(table)
  const own = columns.map((name, index) => `t.${quoteIdentifier(name)} as c${index}`).join(', ')
  const create = (marks: TableName, more: string) => `\
create temporary table ${quoteIdentifier(marks.table)} on commit drop as
select ${own}, ${more}
from ${qualify(table)} t
with no data`
  return [
    create(goneRows(table), 'true as is_ours, 0 as round'),
    create(
      changedRows(table),
      'true as is_ours, null::text[] as columns, null::text[] as images, null::text[] as key, t.xmin as xid',
    ),
  ]
}

/** Columns of a table that marks hold, in their order. */
export function markedColumns({ identity, referredTo }: ScopeTable): readonly string[] {
  return [...identity, ...referredTo.filter((name) => !identity.includes(name))]
}

/** That a row `t` is the one that is marked by a row `m`. */
export function isMarkedBy({ identity }: ScopeTable, row: string, mark: string): string {
  return identity
    .map((name, index) => `${row}.${quoteIdentifier(name)} = ${mark}.c${index}`)
    .join(' and ')
}

/**
 * Marks the rows that a batch inserted, those too that somebody else has changed where keys tell them.
 *
 * @param hasImages Whether it has updated others.
 */
export function markGone(part: BatchRows, hasImages: boolean): Statement {
  const { batch, model, table } = part
  const parameters = new Parameters()
  const isOurs = isWrittenBy(part, parameters)
  const isUpdated = () => `\
exists (
    select
    from prisma_gyro.before_image b
    where b.batch_id = ${parameters.take(batch)} and b.model = ${parameters.take(model)}
      and ${isImageOf(part)}
  )`
  return {
    text: `\
insert into ${qualify(goneRows(table))}
select ${listMarked(table)}, ${isOurs}, 0
from ${qualify(table)} t
${rowsOfBatch(part, parameters)}${hasImages ? `\n  and not ${isUpdated()}` : ''}${lockOf(part)}`,
    values: parameters.values,
  }
}

/** Which columns the before-images of a model are of: mostly the same for all. */
export function columnsOfImages({ batch, model }: Pick<BatchRows, 'batch' | 'model'>): Statement {
  return {
    text: `\
select distinct columns
from prisma_gyro.before_image
where batch_id = $1 and model = $2`,
    values: [batch, model],
  }
}

/**
 * Marks the rows that a batch updated, with what they were before. Those are left out that are so again,
 * or still, without our doing.
 *
 * @param images The columns of the images that are meant.
 */
export function markChanged(part: BatchRows, images: readonly string[]): Statement {
  const { batch, model, table } = part
  const parameters = new Parameters()
  const isOurs = isWrittenBy(part, parameters)
  const now = images.map((name) => `t.${quoteIdentifier(name)}::text`)
  return {
    text: `\
insert into ${qualify(changedRows(table))}
select ${listMarked(table)}, ${isOurs}, b.columns, b."values", b.key, b.xid
from prisma_gyro.before_image b
join ${qualify(table)} t on ${isImageOf(part)}
where b.batch_id = ${parameters.take(batch)} and b.model = ${parameters.take(model)}
  and b.columns = ${parameters.take(images)}::text[]
  and (${isOurs} or array[${now.join(', ')}] is distinct from b."values")${lockOf(part)}`,
    values: parameters.values,
  }
}

function listMarked(table: ScopeTable): string {
  return markedColumns(table)
    .map((name) => `t.${quoteIdentifier(name)}`)
    .join(', ')
}

/**
 * A row names the transaction that wrote it last. That may be the rollback of another batch, which had
 * updated it.
 */
function isWrittenBy(part: BatchRows, parameters: Parameters): string {
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

function rowsOfBatch(part: BatchRows, parameters: Parameters): string {
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
  { column, from, to, hasGaps }: Extract<RowsOfBatch, { by: 'range' }>,
  parameters: Parameters,
): string {
  const key = `t.${quoteIdentifier(column)}`
  const isBetween = `${key} between ${parameters.take(from)}::bigint and ${parameters.take(to)}::bigint`
  if (!hasGaps) return isBetween
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

/** Only a key that is no primary key may hold NULL. */
function isImageOf({ table, keyColumns }: BatchRows): string {
  const isPrimary = keyColumns.every((name) => table.primaryKey.includes(name))
  const equals = isPrimary ? '=' : 'is not distinct from'
  return keyColumns
    .map((name, index) => {
      const value = `b.key[${index + 1}]::${columnType(table, name)}`
      return `t.${quoteIdentifier(name)} ${equals} ${value}`
    })
    .join(' and ')
}

function lockOf({ isLocking }: BatchRows): string {
  return isLocking ? '\nfor update of t' : ''
}
