import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import { changedRows, goneRows, isMarkedBy, markedColumns } from './mark-statements.js'
import type { ScopeReference } from './rollback-scope.js'

/** Rows of a table that refer to rows that will be deleted, and are none of these themselves. */
export interface ReferringRows {
  readonly reference: ScopeReference
  /** Whether the table that they are in has marks. */
  readonly isMarked: boolean
}

/** How many they are. */
export function countReferring(rows: ReferringRows): Statement {
  return {
    text: `\
select count(*)::float8 as rows
${fromReferring(rows)}`,
    values: [],
  }
}

/** The keys of a few of these rows, as text. Empty arrays where they have no key. */
export function sampleReferring(rows: ReferringRows, limit: number): Statement {
  const { primaryKey } = rows.reference.from
  const keys = primaryKey.map((name) => `f.${quoteIdentifier(name)}::text`)
  return {
    text: `\
select array[${keys.join(', ')}]::text[] as key
${fromReferring(rows)}
order by ${primaryKey.map((name) => `f.${quoteIdentifier(name)}`).join(', ') || 'f.ctid'}
limit $1`,
    values: [limit],
  }
}

/** Marks them too: those that refer to rows of the round before. */
export function markReferring(
  rows: ReferringRows,
  { round, isLocking }: { readonly round: number; readonly isLocking: boolean },
): Statement {
  const { from } = rows.reference
  const columns = markedColumns(from).map((name) => `f.${quoteIdentifier(name)}`)
  return {
    text: `\
insert into ${qualify(goneRows(from))}
select ${columns.join(', ')}, true, $1::int
${fromReferring(rows, ['m.round = $1::int - 1'])}${isLocking ? '\nfor update of f' : ''}`,
    values: [round],
  }
}

/** Rows that become what they were before refer to what they referred to before. */
function fromReferring(
  { reference, isMarked }: ReferringRows,
  more: readonly string[] = [],
): string {
  const { from, columns, target, targetColumns } = reference
  const marked = markedColumns(target)
  const places = targetColumns.map((name) => marked.indexOf(name))
  const pairs = columns.map((name, index) => `m.c${places[index]} = f.${quoteIdentifier(name)}`)
  const conditions = [
    `exists (select from ${qualify(goneRows(target))} m where ${[...pairs, ...more].join(' and ')})`,
    ...(isMarked ? [goneRows(from), changedRows(from)] : []).map(
      (marks) => `not exists (select from ${qualify(marks)} m where ${isMarkedBy(from, 'f', 'm')})`,
    ),
  ]
  return `\
from ${qualify(from)} f
where ${conditions.join('\n  and ')}`
}
