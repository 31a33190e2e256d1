import { quoteIdentifier } from '../postgres/identifier.js'
import { type HashedColumn, joinParent, type ParentRows } from './hashed-column.js'

/** SQL that tells whether two rows are the same by their business key. */
interface RowComparison {
  /** What it needs to be joined. */
  readonly joins: readonly string[]
  /** True or false, never NULL. */
  readonly isSame: string
}

/**
 * Compares a row of a table with a staged one. A reference is the same where both refer to one row, or
 * to two that have one business key: new keys of a parent make no other row of its child.
 *
 * @param there Alias of the row of the table.
 * @param staged Alias of the staged row.
 */
export function compareRows(
  columns: readonly HashedColumn[],
  there: string,
  staged: string,
): RowComparison {
  const compared = columns.map(({ column, parent }, index) =>
    parent === null || parent.told === null
      ? { joins: [], isSame: isEqual([column], there, staged) }
      : compareParents(parent, parent.told, {
          child: { there, staged },
          own: { there: `${there}_${index}`, staged: `${staged}_${index}` },
        }),
  )
  return {
    joins: compared.flatMap(({ joins }) => joins),
    isSame: compared.map(({ isSame }) => isSame).join(' and '),
  }
}

interface Aliases {
  readonly there: string
  readonly staged: string
}

function compareParents(
  parent: ParentRows,
  { table, columns }: NonNullable<ParentRows['told']>,
  { child, own }: { readonly child: Aliases; readonly own: Aliases },
): RowComparison {
  const { on } = parent
  const inner = compareRows(columns, own.there, own.staged)
  const [{ target = '' } = {}] = on
  const isFound = [own.there, own.staged]
    .map((alias) => `${alias}.${quoteIdentifier(target)} is not null`)
    .join(' and ')
  const isSameKey = isEqual(
    on.map(({ column }) => column),
    child.there,
    child.staged,
  )
  const inTable = { ...parent, staging: table }
  return {
    joins: [
      joinParent(inTable, own.there, child.there),
      joinParent(parent, own.staged, child.staged),
      ...inner.joins,
    ],
    isSame: `(${isSameKey} or ${isFound} and ${inner.isSame})`,
  }
}

function isEqual(columns: readonly string[], there: string, staged: string): string {
  const row = (alias: string) =>
    `row(${columns.map((column) => `${alias}.${quoteIdentifier(column)}`).join(', ')})`
  return `${row(there)} is not distinct from ${row(staged)}`
}
