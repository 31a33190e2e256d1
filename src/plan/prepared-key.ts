import type { HashedType } from '../keys/hash-key.js'
import type { KeyShape } from '../keys/key-shape.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import type { TableName } from '../postgres/identifier.js'
import type { Sequence } from '../postgres/sequence.js'

/** The key column that gets new values, and where these come from. */
export type PreparedKey = ReservedKey | MadeKey | MatchedKey | HashedKey | CustomKey | PinnedKey

export interface KeyPlace {
  /** The database name. */
  readonly column: string
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly header: string
  /** Whether the role may read the column, to see which ids are taken. */
  readonly isReadable: boolean
  /** Whether a value may stand in several rows: it is one part of a composite key. */
  readonly mayRepeat: boolean
}

/** An integer: ids are taken from the database, one for each source key. */
export interface ReservedKey extends KeyPlace {
  readonly kind: 'reserved'
  /** Highest value that the column's type takes. */
  readonly highest: bigint
  /** Null when the next ids are those after the highest one. */
  readonly sequence: Sequence | null
}

/** A uuid or a text: keys are made, each from its source key. */
export interface MadeKey extends KeyPlace {
  readonly kind: 'made'
  readonly spelling: KeySpelling
  readonly shape: KeyShape
}

/** That of the row which is there already by its business key. */
export interface MatchedKey extends KeyPlace {
  readonly kind: 'matched'
  readonly spelling: KeySpelling
  /** Where those of other rows come from; null when they stay. */
  readonly otherwise: ReservedKey | MadeKey | FollowedKey | null
}

/** That of the row of another model that it refers to. */
interface FollowedKey {
  readonly kind: 'followed'
  /** The model whose new keys these are; null when its keys stay. */
  readonly owner: string | null
}

/** One that is made of the business key of its row. */
export interface HashedKey extends KeyPlace {
  readonly kind: 'hashed'
  readonly spelling: KeySpelling
  readonly hash: HashedType
  /** As the database declares the column. */
  readonly type: string
}

/** One that a strategy of the user maps. */
export interface CustomKey extends KeyPlace {
  readonly kind: 'custom'
  readonly spelling: KeySpelling
  /** As the database declares the column. */
  readonly type: string
  /** Null when nothing numbers the column. */
  readonly sequence: Sequence | null
}

/** That of the one row that all rows of the model become. */
interface PinnedKey extends KeyPlace {
  readonly kind: 'pinned'
}

/** A row that is there and stands for all rows of a model, none of which is loaded. */
export interface PreparedPin {
  readonly model: string
  /** The Prisma name of the key. */
  readonly field: string
  readonly table: TableName
  /** The database name of the key. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  /** As PostgreSQL writes it. */
  readonly key: string
}

/** What tells rows in real life. */
export type BusinessKey = readonly [BusinessKeyColumn, ...BusinessKeyColumn[]]

/** Rows that a partial unique index is about, among which they are matched. */
export interface PartialMatch {
  /** SQL that is true of them, with unqualified names. */
  readonly predicate: string
  readonly nullsEqual: boolean
  /** What the predicate looks at beside the business key. */
  readonly columns: readonly BusinessKeyColumn[]
}

export interface BusinessKeyColumn {
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly isNullable: boolean
}

/** What rows are told by where hashes are made of them. */
export interface PreparedIdentity {
  /** What rows that refer to these know them by. */
  readonly key: readonly BusinessKeyColumn[]
  /** The business key. */
  readonly parts: readonly IdentityColumn[]
}

interface IdentityColumn extends BusinessKeyColumn {
  /** The row that it stands for; null for a value by itself. */
  readonly parent: IdentityParent | null
}

interface IdentityParent {
  readonly model: string
  /** Database names: columns of the business key with those of the key of the parent. */
  readonly on: readonly { readonly column: string; readonly target: string }[]
}
