import type { PreparedConflict, UpdatedColumn } from '../plan/conflict.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'

/** What a table is called in a statement that meets its rows: no table of an application is. */
export const TARGET = quoteIdentifier('prisma_gyro_target')

/** Whether rows that are there may be changed. */
export function mayUpdate(conflict: PreparedConflict | null): boolean {
  return conflict !== null && conflict.updated.length > 0
}

/**
 * What an INSERT into `TARGET` does with a row that is there. One that would become what it is stays: it
 * is not written again, and no trigger for UPDATE fires. CASE has every other one counted, and only
 * those.
 *
 * @param counter See `updateCounter`; null where the statement tells in another way how many they are.
 */
export function conflictClause(conflict: PreparedConflict, counter: TableName | null): string {
  const { target, predicate, updated } = conflict
  const where = predicate === null ? '' : ` where ${predicate}`
  const on = `on conflict (${target.map(quoteIdentifier).join(', ')})${where}`
  if (!mayUpdate(conflict)) {
    return `${on} do nothing`
  }
  const set = updated.map(({ column }) => quoteIdentifier(column))
  const compared = updated.filter(({ compare }) => compare !== 'not')
  const changes = `(${rowOf(TARGET, compared)}) is distinct from (${rowOf('excluded', compared)})`
  return `${on} do update set ${set.map((name) => `${name} = excluded.${name}`).join(', ')}
  where ${counter === null ? changes : `case when ${changes}\n    then nextval('${qualify(counter)}') > 0 end`}`
}

function rowOf(row: string, columns: readonly UpdatedColumn[]): string {
  return columns
    .map(({ column, compare }) => {
      const name = `${row}.${quoteIdentifier(column)}`
      return compare === 'text' ? `${name}::text` : name
    })
    .join(', ')
}

/**
 * The first two rows, counted from 1, that would meet the same row.
 *
 * @param select Gives the rows, in the order of the files.
 */
export function repeatedTargets(select: string, conflict: PreparedConflict): string {
  const { target, predicate, nullsEqual } = conflict
  const names = target.map(quoteIdentifier)
  const conditions = [
    ...(predicate === null ? [] : [`(${predicate})`]),
    ...(nullsEqual ? [] : names.map((name) => `${name} is not null`)),
  ]
  return `\
select min(prisma_gyro_row)::text as first, max(prisma_gyro_row)::text as last
from (
  select row_number() over () as prisma_gyro_row, s.*
  from (${select}) s
) r
${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}\n`}group by ${names.join(', ')}
having count(*) > 1
order by min(prisma_gyro_row)
limit 1`
}
