import { GyroError } from '../error/gyro-error.js'

/** Nothing tells the rows that are there from others. */
export function noConflictTarget(model: string): GyroError {
  return new GyroError('PLAN.CONFLICT_TARGET', `${model} has nothing to meet rows by`, {
    why: 'Its keys are new, which no row has yet, and the schema has no unique beside them.',
    fix: `Leave --on-conflict out for ${model}, or keep its keys: --remap-strategy ${model}=none.`,
    meta: { model },
  })
}

/** @param targets The fields of each unique. */
export function ambiguousTarget(
  model: string,
  action: string,
  targets: readonly (readonly string[])[],
): GyroError {
  const written = targets.map((fields) => `--on-conflict ${model}=${action}:${fields.join('+')}`)
  return new GyroError('PLAN.CONFLICT_TARGET', `${model} could meet rows by several uniques`, {
    why: `Its keys are new, so that rows are told by a unique, of which it has ${targets.length}.`,
    fix: `Say which: ${written.join(' or ')}.`,
    meta: { model, targets },
  })
}

/** @param why What stands in the way, to be followed by a full stop. */
export function unusableTarget(model: string, fields: readonly string[], why: string): GyroError {
  return new GyroError(
    'PLAN.CONFLICT_TARGET',
    `Rows of ${model} cannot be met by ${fields.join(', ')}`,
    {
      why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
      fix: `Name the fields of another unique: --on-conflict ${model}=<action>:<field>+<field>.`,
      meta: { model, fields },
    },
  )
}

/** A field that cannot be updated. */
export function cannotUpdate(model: string, field: string, why: string): GyroError {
  return new GyroError('PLAN.CONFLICT_TARGET', `${model}.${field} cannot be updated`, {
    why,
    fix: `Leave it out of what is updated of ${model}.`,
    meta: { model, field },
  })
}

/** @param models Those whose rows may be there. */
export function cannotMeet(mode: string, models: readonly string[]): GyroError {
  return new GyroError('PLAN.CONFLICT_MODE', `--fk-mode ${mode} cannot meet rows that are there`, {
    why: `Rows of ${models.join(', ')} may be there already, and are met by their unique indexes through INSERT, with every constraint in place.`,
    fix: `Leave out --fk-mode ${mode}, or --on-conflict.`,
    meta: { mode, models },
  })
}

/** @param models Those whose rows may be there. */
export function cannotMeetInCircle(models: readonly string[]): GyroError {
  return new GyroError('PLAN.CONFLICT_MODE', `${models.join(', ')} cannot meet rows on Citus`, {
    why: 'They refer to each other in a circle, which Citus does not take by one statement.',
    fix: `Leave --on-conflict out for ${models.join(' and ')}.`,
    meta: { models },
  })
}
