import { GyroError } from '../error/gyro-error.js'

/** A reference of a model, such as `Order.customer`. */
interface ReferencePlace {
  readonly model: string
  /** Its relation field, or the constraint. */
  readonly reference: string
}

/** No column of a reference may become NULL. */
export function cannotBeNull({
  model,
  reference,
  columns,
  isShared,
}: RequiredReference): GyroError {
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

/** The same for several of them, which one word may have asked for. */
export function someCannotBeNull(references: readonly RequiredReference[]): GyroError {
  const list = (some: readonly RequiredReference[]) =>
    some
      .map(({ model, reference, columns }) => `${model}.${reference} (${columns.join(', ')})`)
      .join(', ')
  const shared = references.filter(({ isShared }) => isShared)
  const required = references.filter(({ isShared }) => !isShared)
  const reasons = [
    ...(required.length > 0 ? [`these must have a value: ${list(required)}`] : []),
    ...(shared.length > 0
      ? [`the columns of these that may be NULL belong to other references, too: ${list(shared)}`]
      : []),
  ]
  const cures = references.map((each) => `--missing-reference ${each.model}.${each.reference}=fail`)
  return new GyroError(
    'PLAN.MISSING_REFERENCE',
    `${references.length} references cannot refer to nothing`,
    {
      why: `Rows without the row that they refer to are to get NULL, but ${reasons.join('; and ')}.`,
      fix: `Ask for null only where it can be, by --missing-reference <Model>.<reference>=null; or say something else for each of these, such as: ${cures.join(' ')}.`,
      meta: {
        references: references.map(({ model, reference, columns }) => ({
          ...{ model, reference, columns },
        })),
      },
    },
  )
}

/** A reference no column of which may become NULL. */
export interface RequiredReference extends ReferencePlace {
  readonly columns: readonly string[]
  /** Whether some might, if they were not those of other references as well. */
  readonly isShared: boolean
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
