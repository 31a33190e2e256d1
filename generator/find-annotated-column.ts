import type { ManifestColumn } from '../src/manifest/manifest.js'
import type { Annotation } from './annotation.js'
import { fieldWithoutColumn, unknownName } from './generator-error.js'
import type { ReadModel } from './read-model.js'

/**
 * The column of a field that an annotation names or stands at.
 *
 * @throws {GyroError} `GENERATOR.INVALID_ANNOTATION` when it is a relation field.
 * @throws {GyroError} `GENERATOR.UNKNOWN_NAME` when the model has no such field.
 */
export function findAnnotatedColumn(
  { name, columns, relationFields }: ReadModel,
  field: string,
  annotation: Annotation,
): ManifestColumn {
  const column = columns.find((known) => known.field === field)
  if (column !== undefined) {
    return column
  }
  if (relationFields.includes(field)) {
    throw fieldWithoutColumn(annotation, `${name}.${field}`)
  }
  const known = columns.map((other) => other.field)
  throw unknownName(annotation, { what: `field of ${name}`, name: field, known })
}
