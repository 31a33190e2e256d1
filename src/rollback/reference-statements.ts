import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import { type GoneRows, isInRange, type KeyRange } from './batch-rows.js'
import { changedRows, goneRows, isMarkedBy, markedColumns } from './mark-statements.js'
import { Parameters } from './parameters.js'
import type { ScopeReference, ScopeTable } from './rollback-scope.js'

/** Rows of a table that refer to rows that will be deleted, and are none of these themselves. */
export interface ReferringRows {
  readonly reference: ScopeReference
  /** What tells which rows of their table will be deleted; null when none are. */
  readonly own: GoneRows | null
  /** What tells which rows that they refer to will be. */
  readonly target: GoneRows
}

/** How many they are. */
export function countReferring(rows: ReferringRows): Statement {
  const parameters = new Parameters()
  return {
    text: `\
select count(*)::float8 as rows
${fromReferring(rows, parameters)}`,
    values: parameters.values,
  }
}

/** The keys of a few of these rows, as text. Empty arrays where they have no key. */
export function sampleReferring(rows: ReferringRows, limit: number): Statement {
  const { primaryKey } = rows.reference.from
  const columns = primaryKey.map((name) => `f.${quoteIdentifier(name)}`)
  const keys = columns.map((name) => `${name}::text`)
  const parameters = new Parameters()
  return {
    text: `\
select array[${keys.join(', ')}]::text[] as key
${fromReferring(rows, parameters)}${columns.length === 0 ? '' : `\norder by ${columns.join(', ')}`}
limit ${parameters.take(limit)}`,
    values: parameters.values,
  }
}

/** Marks them too: those that refer to rows of the round before. All rows have marks. */
export function markReferring(
  rows: ReferringRows,
  { round, isLocking }: { readonly round: number; readonly isLocking: boolean },
): Statement {
  const { from } = rows.reference
  const columns = markedColumns(from).map((name) => `f.${quoteIdentifier(name)}`)
  const parameters = new Parameters()
  const number = `${parameters.take(round)}::int`
  return {
    text: `\
insert into ${qualify(goneRows(from))}
select ${columns.join(', ')}, true, ${number}
${fromReferring(rows, parameters, [`m.round = ${number} - 1`])}${isLocking ? '\nfor update of f' : ''}`,
    values: parameters.values,
  }
}

/** Rows that become what they were before refer to what they referred to before. */
function fromReferring(
  { reference, own, target }: ReferringRows,
  parameters: Parameters,
  more: readonly string[] = [],
): string {
  const { from } = reference
  const others = own === null ? [] : isNone(from, own, parameters)
  if (target !== 'marked') return fromIntoRange(reference, { target, others }, parameters)
  return `\
from ${qualify(from)} f
where ${[refersToMarked(reference, more), ...others].join('\n  and ')}`
}

function refersToMarked(
  { columns, target, targetColumns }: ScopeReference,
  more: readonly string[],
): string {
  const marked = markedColumns(target)
  const places = targetColumns.map((name) => marked.indexOf(name))
  const pairs = columns.map((name, index) => `m.c${places[index]} = f.${quoteIdentifier(name)}`)
  return `exists (select from ${qualify(goneRows(target))} m where ${[...pairs, ...more].join(' and ')})`
}

/**
 * Mostly there are none, which the ranges tell alone. OFFSET has them looked at first: the estimates of
 * tables that were never analysed may be for looking each row up. A reference that nothing checks may be
 * into the range and to no row, so what is left is looked up.
 */
function fromIntoRange(
  { from, columns, target, targetColumns }: ScopeReference,
  told: { readonly target: KeyRange; readonly others: readonly string[] },
  parameters: Parameters,
): string {
  const { column } = told.target
  const names = columns.map((name) => `f.${quoteIdentifier(name)}`)
  const pairs = targetColumns.map((name, index) => `m.${quoteIdentifier(name)} = ${names[index]}`)
  const isGone = isInRange(`m.${quoteIdentifier(column)}`, told.target, parameters)
  const key = names[targetColumns.indexOf(column)]
  const isInto = key === undefined ? [] : [isInRange(key, told.target, parameters)]
  const conditions = [...isInto, ...told.others]
  return `\
from (
select *
from ${qualify(from)} f${conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`}
offset 0
) f
where exists (select from ${qualify(target)} m where ${[...pairs, isGone].join(' and ')})`
}

/** That a row `f` is none of those that are deleted, or become what they were. */
function isNone(from: ScopeTable, own: GoneRows, parameters: Parameters): readonly string[] {
  if (own !== 'marked') {
    return [`(${isInRange(`f.${quoteIdentifier(own.column)}`, own, parameters)}) is not true`]
  }
  return [goneRows(from), changedRows(from)].map(
    (marks) => `not exists (select from ${qualify(marks)} m where ${isMarkedBy(from, 'f', 'm')})`,
  )
}
