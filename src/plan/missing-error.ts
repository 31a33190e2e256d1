import { GyroError } from '../error/gyro-error.js'

/** A reference of a model, such as `Order.customer`. */
interface ReferencePlace {
  readonly model: string
  /** Its relation field, or the constraint. */
  readonly reference: string
}

/** No column of a reference may become NULL. */
export function cannotBeNull(
  { model, reference }: ReferencePlace,
  columns: readonly string[],
  isShared: boolean,
): GyroError {
  const place = `${model}.${reference}`
  const names = columns.map((column) => `"${column}"`).join(' and ')
  return new GyroError('PLAN.MISSING_REFERENCE', `${place} cannot refer to nothing`, {
    why: isShared
      ? `Rows without the row that they refer to are to get NULL, but those of the columns ${names} that may be NULL belong to other references, too.`
      : `Rows without the row that they refer to are to get NULL, but ${names} of ${model} must have a value.`,
    fix: `Add --missing-reference ${place}=fail, or =keep or =reject.`,
    meta: { model, reference, columns },
  })
}

/** The type of a key has several texts for one value, or the database lacks its column. */
export function cannotTellMissing(
  { model, reference }: ReferencePlace,
  target: string,
  columns: readonly string[],
): GyroError {
  const place = `${model}.${reference}`
  const names = columns.map((column) => `"${column}"`).join(' and ')
  return new GyroError('PLAN.MISSING_REFERENCE', `Missing rows of ${place} cannot be told`, {
    why: `It refers to ${names} of ${target}; integers, uuids and texts can be looked up in the files, other types cannot.`,
    fix: `Leave the policy of ${place} out, or name it for other references only: --missing-reference <Model>.<reference>=<policy>.`,
    meta: { model, reference, target, columns },
  })
}
