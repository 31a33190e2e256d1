import type { KeySpelling } from '../keys/key-spelling.js'
import type { OnMissing } from '../keys/reference-guard.js'

/**
 * What becomes of a row that refers to one which is not in the files. `fail`: nothing is written.
 * `keep`: the value stays and means a row that is there already. `null`: the row refers to nothing.
 * `reject`: the row is put aside.
 */
export type MissingPolicy = 'fail' | 'keep' | 'null' | 'reject'

/** What is asked for, by the names of a model and of its reference; null where nothing is. */
export type AskedPolicies = (model: string, reference: string) => MissingPolicy | null

/** What becomes of rows whose reference has no row in the files. */
export interface PreparedMissing {
  readonly policy: MissingPolicy
  /** Database names of the columns that become NULL then. */
  readonly nulled: readonly string[]
  /** The columns, by database name, before which the keys of the files are looked through. */
  readonly guards: readonly { readonly column: string; readonly onMissing: OnMissing }[]
  /** Of the columns of the reference, in their order; null where keys cannot be compared. */
  readonly spellings: readonly KeySpelling[] | null
}
