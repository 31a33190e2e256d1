import type { ManifestModel } from '../manifest/manifest.js'
import { identifierOf } from './identifier-of.js'
import type { SourceModel } from './source-model.js'

/** The fields that the rows of a model are matched or hashed by: what was asked for, else the usual ones. */
export function businessKeyOf(
  { model, conflict }: Pick<SourceModel, 'model' | 'conflict'>,
  madeKey: string | null,
): readonly string[] | null {
  return conflict?.isMatched ? conflict.fields : findBusinessKey(model, madeKey)
}

/**
 * The fields that tell the rows of a model in real life: what `@gyro.key` says; else its only unique,
 * where its key is one that is made, and else its key. Null when none of these is there.
 *
 * @param madeKey The field that gets new keys; null when keys are what they are: texts of somebody, or
 * references.
 */
export function findBusinessKey(
  model: ManifestModel,
  madeKey: string | null,
): readonly string[] | null {
  if (model.businessKey !== null) {
    return model.businessKey
  }
  if (madeKey === null) {
    const identifier = identifierOf(model)
    return identifier.length === 0 ? null : identifier
  }
  const [unique, ...others] = model.uniques.filter((fields) => !fields.includes(madeKey))
  return unique === undefined || others.length > 0 ? null : unique
}
