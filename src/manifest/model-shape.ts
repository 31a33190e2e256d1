/** What the generator says of one model, in types only. */
export interface ModelShape {
  /** A row, by the names of its fields. */
  readonly row: object
  /** Fields whose columns a file may lack. */
  readonly optional: PropertyKey
  /** The field that is the key of a row by itself; never where there is none. */
  readonly key: PropertyKey
  /** The fields of the primary key and of each unique. */
  readonly unique: readonly PropertyKey[]
  /** Fields that are decimal numbers. */
  readonly decimal?: PropertyKey
  /** Models that it refers to. */
  readonly dependsOn: PropertyKey
}

/** An interface with a `ModelShape` for each model, as the generator writes it. */
export type ModelMap<Models> = { readonly [Name in keyof Models]: ModelShape }
