import type { TableName } from '../postgres/identifier.js'
import type { Sequence } from '../postgres/sequence.js'

/**
 * A strategy of your own: source keys → target keys of the rows of one model. References follow by
 * themselves.
 *
 * @example
 * const prefixed: IdRemappingStrategy = {
 *   name: 'prefixed',
 *   mapKeys: (sources) => sources.map((source) => `acme-${source}`),
 * }
 * await importModels({ from: './export', strategy: { User: prefixed } })
 */
export interface IdRemappingStrategy {
  /** For errors. */
  readonly name: string
  /**
   * Gives each source key a target key of its own that no row of the table has. Called before anything
   * is written, for some thousand keys at a time, in the order of the files, until all had their turn.
   *
   * @param sources As PostgreSQL writes them: integers in decimal, uuids in lower case with dashes.
   * None comes twice.
   * @returns As many, in the same order, as text for the column.
   */
  mapKeys(
    sources: readonly string[],
    column: MappedColumn,
  ): readonly string[] | Promise<readonly string[]>
}

/** The column whose keys a strategy maps. */
export interface MappedColumn {
  readonly model: string
  readonly table: TableName
  /** The database name. */
  readonly column: string
  /** As the database declares it, such as `character varying(30)`. */
  readonly type: string
}

/** The column that takes ids of the database. */
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
