import { displayName, qualify, quoteIdentifier } from '../postgres/identifier.js'
import type { FoundReference } from './find-referring.js'
import type { MissingIndex, OutsideReference } from './rollback-plan.js'
import type { ScopeReference } from './rollback-scope.js'
import type { RowMarks } from './row-marks.js'

/** Rows that refer to others, for people. */
export function describeReference({ reference, rows, keys }: FoundReference): OutsideReference {
  const { name, from, columns, target, onDelete } = reference
  return {
    constraint: name,
    table: displayName(from),
    columns,
    target: displayName(target),
    onDelete,
    rows,
    keys,
  }
}

/** PostgreSQL reads so much within seconds. */
const GIGABYTE = 1e9

/** The foreign keys by which PostgreSQL reads a whole table for each row that is deleted. */
export function findMissingIndexes(
  references: readonly ScopeReference[],
  marks: RowMarks,
): readonly MissingIndex[] {
  return references.flatMap((reference) => {
    const { name, from, columns, target, isIndexed, canIndexConcurrently } = reference
    if (name === null || isIndexed || !marks.isDeletedFrom(target)) return []
    const { gone, along } = marks.of(target)
    const bytes = (gone + along) * from.bytes
    const concurrently = canIndexConcurrently ? ' concurrently' : ''
    return [
      {
        constraint: name,
        table: displayName(from),
        columns,
        rows: from.estimatedRows < 0 ? null : from.estimatedRows,
        bytes,
        isWorthwhile: bytes >= GIGABYTE,
        statement: `create index${concurrently} on ${qualify(from)} (${columns.map(quoteIdentifier).join(', ')});`,
      },
    ]
  })
}
