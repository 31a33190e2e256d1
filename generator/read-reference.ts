import type { ManifestColumn, ManifestReference } from '../src/manifest/manifest.js'
import type { Annotation } from './annotation.js'
import { findAnnotatedColumn } from './find-annotated-column.js'
import { knownReference, otherType, targetNotUnique, unknownName } from './generator-error.js'
import type { ReadModel } from './read-model.js'

/**
 * `@gyro.references(Customer.id)` as a reference of the field that it stands at.
 *
 * @throws {GyroError} `GENERATOR.UNKNOWN_NAME` when there is no such model or field.
 * @throws {GyroError} `GENERATOR.INVALID_ANNOTATION` when the field does not tell rows from each other
 *   or is of another type, or when the schema has the relation already.
 */
export function readReference(
  model: ReadModel,
  column: ManifestColumn,
  annotation: Annotation,
  models: ReadonlyMap<string, ReadModel>,
): ManifestReference {
  const path = annotation.args.flatMap(({ text }) => text.split('.'))
  const [targetName, targetField] = path as [string, string]
  const target = models.get(targetName)
  if (target === undefined) {
    const known = [...models.values()].filter(({ kind }) => kind === 'model')
    const names = known.map(({ name }) => name)
    throw unknownName(annotation, { what: 'model', name: targetName, known: names })
  }
  const targetColumn = findAnnotatedColumn(target, targetField, annotation)
  const keys = [target.primaryKey ?? [], ...target.uniques].filter(({ length }) => length === 1)
  if (!keys.flat().includes(targetField)) {
    throw targetNotUnique(annotation, keys.flat())
  }
  if (typeOf(column) !== typeOf(targetColumn)) {
    throw otherType(annotation, typeOf(column), typeOf(targetColumn))
  }
  const relation = model.references.find(
    ({ fields, target: other, targetFields }) =>
      fields.join() === column.field && other === targetName && targetFields.join() === targetField,
  )
  if (relation !== undefined) {
    throw knownReference(annotation, `${model.name}.${relation.name}`)
  }
  return {
    name: column.field,
    fields: [column.field],
    target: targetName,
    targetFields: [targetField],
    isNullable: !column.isRequired,
    origin: 'annotation',
  }
}

/** PostgreSQL compares integers of any size with each other. */
function typeOf({ type, enum: enumName, isList }: ManifestColumn): string {
  const single = type === 'Int' || type === 'BigInt' ? 'Int or BigInt' : (enumName ?? type)
  return isList ? `a list of ${single}` : single
}
