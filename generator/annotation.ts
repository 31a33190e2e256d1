import type { SchemaPlace } from './split-schema.js'

/** `@gyro.file("customers.csv")` in a doc comment. */
export interface Annotation {
  /** `file`, or whatever stands there. */
  readonly name: string
  readonly args: readonly AnnotationArgument[]
  readonly place: SchemaPlace
}

export interface AnnotationArgument {
  /** `text` stands in quotes; `name` is a word, or `Model.field`. */
  readonly kind: 'text' | 'name'
  readonly text: string
}
