import type { TableName } from '../postgres/identifier.js'
import type { Sequence } from '../postgres/sequence.js'
import type { IntegerKeySet } from './integer-key-set.js'
import type { KeyMap } from './key-map.js'

/** Source keys → target keys: how the rows of one model get their new keys. */
export interface IdRemappingStrategy {
  readonly name: string
  /**
   * Gives every source key a target key of its own that no row of the table has, or will get from
   * an application that inserts meanwhile.
   */
  mapKeys(source: IntegerKeySet, column: KeyColumn): Promise<KeyMap>
}

/** The column that takes the new keys. */
export interface KeyColumn {
  readonly table: TableName
  /** The database name. */
  readonly column: string
  /** Highest value that the column's type takes. */
  readonly highest: bigint
  /** What gives the ids of the column; null when nothing does. */
  readonly sequence: Sequence | null
  /** Whether the role may read the column. */
  readonly isReadable: boolean
}

/** Lowest value that the type of the column takes: all integers of PostgreSQL have a sign. */
export function lowestOf({ highest }: KeyColumn): bigint {
  return -highest - 1n
}
