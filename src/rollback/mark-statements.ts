import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { type BatchRows, isWrittenBy, lockOf, rowsOfBatch } from './batch-rows.js'
import { Parameters } from './parameters.js'
import { columnType, type ScopeTable } from './rollback-scope.js'

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
