import type { PreparedIdentity } from '../plan/prepared-key.js'
import type { TableName } from '../postgres/identifier.js'
import type { HashedColumn, ParentRows, ToldColumns } from './hashed-column.js'

/** Where the rows of a model are told what they are. */
export interface ToldModel {
  readonly staging: TableName
  /** The column of `staging` that holds their identities. */
  readonly identity: string
  /** The column of `staging` that holds their keys; null where these are named as in the table. */
  readonly key: string | null
  /** See `ParentRows`. */
  readonly told: ToldColumns | null
}

/**
 * The columns of a business key with the rows that they refer to.
 *
 * @param parents By model.
 */
export function listHashed(
  { parts }: PreparedIdentity,
  parents: ReadonlyMap<string, ToldModel>,
): readonly HashedColumn[] {
  return parts.map(({ column, parent }) => {
    const found = parent === null ? undefined : parents.get(parent.model)
    if (parent === null || found === undefined) {
      return { column, parent: null }
    }
    const { key, ...rows } = found
    const on = parent.on.map((pair) => ({ ...pair, target: key ?? pair.target }))
    return { column, parent: { ...rows, on } satisfies ParentRows }
  })
}
