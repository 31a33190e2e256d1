import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'

export function invalidOption(option: string, got: unknown, wanted: string): GyroError {
  return new GyroError('SLICE.INVALID_OPTION', `The option "${option}" has a wrong value`, {
    why: `It takes ${wanted}, but got ${JSON.stringify(got) ?? String(got)}.`,
    fix: `Correct "${option}".`,
    meta: { option, wanted },
  })
}

export function unknownModel(option: string, model: string, known: readonly string[]): GyroError {
  return new GyroError('SLICE.INVALID_OPTION', `There is no model "${model}"`, {
    why: `The option "${option}" takes the Prisma names of models that are exported.`,
    fix: `${didYouMean(model, known)}Correct the name.`,
    meta: { option, model },
  })
}

/** @param known Those of the model, each as `Model.reference`. */
export function unknownReference(
  option: string,
  reference: string,
  known: readonly string[],
): GyroError {
  const has = known.length === 0 ? 'has none' : `has ${known.join(', ')}`
  return new GyroError('SLICE.INVALID_OPTION', `There is no reference "${reference}"`, {
    why: `The option "${option}" takes models and their references; this model ${has}.`,
    fix: `${didYouMean(reference, known)}Write the field of the relation, such as Order.customer.`,
    meta: { option, reference },
  })
}

export function limitedTwice(model: string): GyroError {
  return new GyroError('SLICE.INVALID_OPTION', `"${model}" has two limits`, {
    why: 'The option "limit" takes each model once.',
    fix: 'Leave one of them out.',
    meta: { option: 'limit', model },
  })
}

/** An option that says how far to go from rows that nobody has chosen. */
export function withoutRoots(option: string): GyroError {
  return new GyroError('SLICE.INVALID_OPTION', `"${option}" is without effect`, {
    why: 'Where no rows are chosen to begin with, every row of every model is exported.',
    fix: 'Choose rows with --where or --root, or leave the option out.',
    meta: { option },
  })
}

/** @param needs Why its rows would be needed, a sentence without its end. */
export function viewInSlice(model: string, needs: string): GyroError {
  return new GyroError('SLICE.VIEW', `${model} cannot be a part of a slice`, {
    why: `${needs}, but it is a view or a foreign table, whose rows have no place that tells them.`,
    fix: `Leave its rows out with --exclude ${model}, or its model out of the schema.`,
    meta: { model },
  })
}
