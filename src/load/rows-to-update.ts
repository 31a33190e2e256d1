import type { PreparedConflict } from '../plan/conflict.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import { TARGET } from './conflict-clause.js'
import type { SelectedRows } from './staging.js'

/** The rows that wait are called so. */
const WAITING = quoteIdentifier('prisma_gyro_waiting')

/** By which columns a row that is updated is found again. */
export function imageKeyOf({
  primaryKey,
  conflict,
}: Pick<PreparedModel, 'primaryKey' | 'conflict'>): readonly string[] {
  return primaryKey ?? conflict?.target ?? []
}

/**
 * Whether a trigger may make other values of those that wait: which rows would change cannot be told
 * beforehand then, only which are met.
 */
export function changesOnTheWay({ triggers }: Pick<PreparedModel, 'triggers'>): boolean {
  return triggers.some(({ timing, level }) => timing === 'before' && level === 'row')
}

/**
 * The rows that an INSERT is going to update, as text: `key`, the columns of `imageKeyOf`, and
 * `values`, those that are updated; `xid` is who wrote them. They are locked, so that they stay what they are until then.
 *
 * @param conflict One that updates.
 * @param areAll Whether all rows that are met are given, also those that would not change.
 */
export function rowsToUpdate(
  { table, columns, select }: SelectedRows,
  conflict: PreparedConflict,
  { key, areAll }: { readonly key: readonly string[]; readonly areAll: boolean },
): string {
  const { target, predicate, nullsEqual, updated } = conflict
  const names = columns.map(({ column }) => column)
  // By other names than those of the table, which a predicate may mean.
  const waiting = (column: string) => `${WAITING}.${renamed(names.indexOf(column))}`
  const own = (column: string) => `${TARGET}.${quoteIdentifier(column)}`
  const equals = nullsEqual ? 'is not distinct from' : '='
  const compared = updated.filter(({ compare }) => compare !== 'not')
  const cast = (value: string, compare: string) => (compare === 'text' ? `${value}::text` : value)
  const before = compared.map(({ column, compare }) => cast(own(column), compare))
  const after = compared.map(({ column, compare }) => cast(waiting(column), compare))
  const conditions = [
    ...target.map((column) => `${own(column)} ${equals} ${waiting(column)}`),
    ...(predicate === null ? [] : [`(${predicate})`]),
    ...(areAll ? [] : [`(${before.join(', ')}) is distinct from (${after.join(', ')})`]),
  ]
  const among = predicate === null ? '' : ` where ${predicate}`
  return `\
select
  array[${key.map((column) => `${own(column)}::text`).join(', ')}] as key,
  array[${updated.map(({ column }) => `${own(column)}::text`).join(', ')}] as "values",
  ${TARGET}.xmin as xid
from ${qualify(table)} as ${TARGET}
join (
  select * from (${select}) r(${names.map(quoteIdentifier).join(', ')})${among}
) ${WAITING}(${names.map((_, place) => renamed(place)).join(', ')})
  on ${conditions.join('\n  and ')}
for no key update of ${TARGET}`
}

function renamed(place: number): string {
  return quoteIdentifier(`prisma_gyro_${place + 1}`)
}
