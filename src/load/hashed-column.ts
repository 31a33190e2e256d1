import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'

/** A column of a business key, and the rows that it refers to. */
export interface HashedColumn {
  readonly column: string
  /** Null for a column that is a value by itself. */
  readonly parent: ParentRows | null
}

/** Where rows that are referred to are told what they are. */
export interface ParentRows {
  readonly staging: TableName
  /** The column of `staging` that holds their identities. */
  readonly identity: string
  /** The columns that refer to them, with those of `staging` that hold their keys. */
  readonly on: readonly { readonly column: string; readonly target: string }[]
  /** What tells rows of the table of the parent from each other; null where their keys do. */
  readonly told: ToldColumns | null
}

/** The rows of a model, in its table and staged, and the columns of their business key. */
export interface ToldColumns {
  readonly table: TableName
  readonly columns: readonly HashedColumn[]
}

/** The staged rows, as `alias`, that rows of `child` refer to. */
export function joinParent({ staging, on }: ParentRows, alias: string, child: string): string {
  const conditions = on.map(
    ({ column, target }) =>
      `${alias}.${quoteIdentifier(target)} = ${child}.${quoteIdentifier(column)}`,
  )
  return `left join ${qualify(staging)} ${alias} on ${conditions.join(' and ')}`
}
