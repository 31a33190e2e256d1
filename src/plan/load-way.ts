/** How a group of models is loaded, with what that takes. */
export type LoadWay =
  /** One COPY for each model, straight into its table. */
  | { readonly technique: 'checked' }
  /** The same, with deferrable foreign keys checked at the end of the load. */
  | { readonly technique: 'deferred' }
  /** One statement for the rows of all models, which wait in temporary tables. */
  | { readonly technique: 'cycle'; readonly rowsFrom: 'temporary tables' }
  /** The same without temporary tables. `grant` would let the role create them. */
  | { readonly technique: 'cycle'; readonly rowsFrom: 'parameters'; readonly grant: string }
  /** COPY into a temporary table, INSERT from there. */
  | { readonly technique: 'staged' }
  | TwoPassWay

/** INSERT with some columns left NULL, UPDATE of these when all rows of the group are there. */
export interface TwoPassWay {
  readonly technique: 'two-pass'
  /** The models of the group, in the order in which their rows go in. */
  readonly order: readonly string[]
  readonly filledLater: readonly FilledLater[]
}

/** Columns of a model that get their values in the second pass. Database names. */
export interface FilledLater {
  readonly model: string
  readonly columns: readonly string[]
  /** The primary key: what a row is found by. */
  readonly key: readonly string[]
}

/**
 * The most bytes of rows that go to the server as parameters: unlike those of COPY they are held in
 * memory on both sides.
 */
export const MAX_PARAMETER_BYTES = 16 * 1024 * 1024
