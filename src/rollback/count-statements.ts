import type { Statement } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'
import { type BatchRows, isWrittenBy, lockOf, rowsOfBatch } from './batch-rows.js'
import { Parameters } from './parameters.js'

/**
 * Counts the rows that a batch inserted, and those of them that somebody has changed since, without
 * marking them.
 */
export function countGone(part: BatchRows): Statement {
  const { table } = part
  const parameters = new Parameters()
  const isOurs = isWrittenBy(part, parameters)
  return {
    text: `\
select count(*)::float8 as gone, count(*) filter (where not is_ours)::float8 as "goneChanged"
from (
select ${isOurs} as is_ours
from ${qualify(table)} t
${rowsOfBatch(part, parameters)}${lockOf(part)}
) own`,
    values: parameters.values,
  }
}

/** Whether a table holds a row that a batch did not write, or that somebody has changed since. */
export function hasOtherRows(part: BatchRows): Statement {
  const parameters = new Parameters()
  return {
    text: `\
select exists (select from ${qualify(part.table)} t where not ${isWrittenBy(part, parameters)}) as has`,
    values: parameters.values,
  }
}

/** Counts all rows of a table, and those that a batch inserted and nobody has changed. */
export function countOwn(part: BatchRows): Statement {
  const { table } = part
  const parameters = new Parameters()
  return {
    text: `\
select
  (select count(*) from ${qualify(table)})::float8 as rows,
  (
    select count(*)
    from ${qualify(table)} t
    ${rowsOfBatch(part, parameters)}
    and ${isWrittenBy(part, parameters)}
  )::float8 as own`,
    values: parameters.values,
  }
}
