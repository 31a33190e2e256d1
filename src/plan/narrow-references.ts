import type { TableName } from '../postgres/identifier.js'
import type { PreparedModel } from './prepared-import.js'

/** A column that refers to new keys of which its type cannot hold all. */
export interface NarrowReference {
  readonly table: TableName
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  /** The value at which the type ends, in the direction of `key`. */
  readonly limit: bigint
  /** The model whose keys they are. */
  readonly target: string
  /** The new key that is the farthest beyond. */
  readonly key: bigint
}

/** From the lowest to the highest. */
export interface KeyRange {
  readonly from: bigint
  readonly to: bigint
}

/**
 * The columns of files with rows that are too narrow for the keys that they refer to.
 *
 * @param rangeOf The new keys of a model; null when they are not known or there are none.
 */
export function findNarrowReferences(
  models: readonly PreparedModel[],
  rangeOf: (model: string) => KeyRange | null,
): readonly NarrowReference[] {
  return models
    .filter(({ estimatedRows }) => estimatedRows > 0)
    .flatMap(({ table, columns }) =>
      columns.flatMap(({ column, type, role, highest }) => {
        const range = role.kind === 'reference' ? rangeOf(role.owner) : null
        if (role.kind !== 'reference' || range === null || highest === null) return []
        const beyond = findBeyond(range, highest)
        return beyond === null ? [] : [{ table, column, type, target: role.owner, ...beyond }]
      }),
    )
}

/** @param highest Of an integer type: the lowest value is one further from zero. */
function findBeyond(
  { from, to }: KeyRange,
  highest: bigint,
): Pick<NarrowReference, 'limit' | 'key'> | null {
  const lowest = -highest - 1n
  if (to > highest) return { limit: highest, key: to }
  return from < lowest ? { limit: lowest, key: from } : null
}
