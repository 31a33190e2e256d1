import type { OnMissing } from '../keys/reference-guard.js'
import type { ClientDefault } from '../manifest/manifest.js'
import type { Sequence } from '../postgres/sequence.js'
import type { DateTimeBase } from '../values/run-timestamp.js'
import type { ValueRule } from '../values/value-rule.js'

/** A column of a file and what is to become of it. */
export interface PreparedColumn {
  readonly header: string
  /** The Prisma name. */
  readonly field: string
  /** The database name. */
  readonly column: string
  /** As the database declares it, such as `character varying(120)`. */
  readonly type: string
  /** Highest value when the type is an integer; else null. */
  readonly highest: bigint | null
  readonly isNotNull: boolean
  readonly role: ColumnRole
  /** What numbers the column by default; null when nothing does. */
  readonly sequence: Sequence | null
  /** GENERATED ALWAYS: see `CatalogColumn`. */
  readonly isAlwaysIdentity: boolean
  /** Whether the role may read the column. */
  readonly isReadable: boolean
}

export interface PreparedMade {
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  readonly value: MadeBy
}

/** `timestamp`: the time of the run, the same in every row. */
export type MadeBy =
  | { readonly kind: 'timestamp'; readonly type: DateTimeBase; readonly isUpdatedAt: boolean }
  | {
      readonly kind: 'client'
      readonly make: ClientDefault
      readonly args: readonly (string | number)[]
    }
  | { readonly kind: 'emptyList' }

/** What a column of a file is for. */
export type ColumnRole =
  | { readonly kind: 'copy' }
  | { readonly kind: 'drop' }
  /** Kept, but its sequence has to move past its highest value afterwards. */
  | { readonly kind: 'track' }
  | { readonly kind: 'key' }
  /**
   * Follows the new keys of the model `owner`; `target` is the model that the reference names.
   * `onMissing`, by default `fail`: what becomes of a value that is none of the old keys.
   */
  | {
      readonly kind: 'reference'
      readonly owner: string
      readonly target: string
      readonly onMissing?: OnMissing
    }
  /** Checked, and written as PostgreSQL is to have it. */
  | { readonly kind: 'rule'; readonly rule: ValueRule }
