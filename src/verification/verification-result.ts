/** What a comparison of an import with its files came to. */
export interface VerifyResult {
  readonly batch: VerifiedBatch
  /** Whether nothing differs. What could not be compared does not count. */
  readonly ok: boolean
  readonly seconds: number
  /** In load order. */
  readonly models: readonly VerifiedModel[]
  /** In load order of the models that they are of. */
  readonly references: readonly VerifiedReference[]
  readonly warnings: readonly string[]
}

export interface VerifiedBatch {
  readonly id: string
  readonly name: string
  /** When it was imported: ISO 8601 in UTC. */
  readonly createdAt: string
}

export interface VerifiedModel {
  readonly model: string
  /** `schema.table`. */
  readonly table: string
  readonly rows: VerifiedRows
  /** Those whose values are compared, each by itself, in file order. */
  readonly columns: readonly { readonly column: string; readonly ok: boolean }[]
  /**
   * Whether the values of a row stand together as in the files, with those of the rows that it refers
   * to; null where nothing is compared. False too where a column or a reference differs.
   */
  readonly together: boolean | null
  readonly notCompared: readonly NotCompared[]
}

/** Rows of a model; `files = loaded + updated + skipped + rejected`, else `ok` is false. */
export interface VerifiedRows {
  /** In the files as they are; null where they could not be read, as rejected rows are among them. */
  readonly files: number | null
  /** As the history has it. */
  readonly loaded: number
  readonly updated: number
  readonly skipped: number
  readonly rejected: number
  /** Of the batch in the table: loaded and updated; null where nothing tells them from others. */
  readonly target: number | null
  readonly ok: boolean
}

export interface VerifiedReference {
  readonly model: string
  /** The relation field, or the constraint where only the database knows the reference. */
  readonly reference: string
  /** Rows in the database that refer to something by it. */
  readonly rows: number
  /** Whether rows refer to rows with the same values as in the files. */
  readonly ok: boolean
}

/** Something that says nothing about whether the import is right. */
export interface NotCompared {
  /** `model`: whatever it has; `rows`: some of them. */
  readonly kind: 'model' | 'rows' | 'column' | 'reference'
  /** The database name of the column, the name of the reference; else empty. */
  readonly name: string
  /** The end of a sentence that begins with it, or a sentence without full stop. */
  readonly why: string
}
