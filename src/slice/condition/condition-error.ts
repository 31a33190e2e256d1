import { GyroError } from '../../error/gyro-error.js'
import { didYouMean } from '../../error/suggest.js'
import { isServerError } from '../../postgres/postgres-error.js'

/** What a condition may hold, for the fix of its errors. */
const ALLOWED =
  'A condition is one expression over the columns of its model, such as --where "Order: status = \'PAID\' and total > 100".'

/** Where in a condition something is. */
export interface ConditionPlace {
  readonly model: string
  /** Of the first character that is meant, from 1. */
  readonly column: number
}

/** @param why What stands at the place and what is wanted; never a value. A sentence without its end. */
export function invalidCondition({ model, column }: ConditionPlace, why: string): GyroError {
  return new GyroError('SLICE.INVALID_CONDITION', `The condition for ${model} cannot be used`, {
    why: `Column ${column} of its text: ${why}.`,
    fix: ALLOWED,
    meta: { model, column },
  })
}

/** What is wrong with a condition as a whole. @param why A whole sentence without its end. */
export function unusableCondition(model: string, why: string, fix: string = ALLOWED): GyroError {
  return new GyroError('SLICE.INVALID_CONDITION', `The condition for ${model} cannot be used`, {
    why: `${why}.`,
    fix,
    meta: { model },
  })
}

export function unknownFunction(
  place: ConditionPlace,
  name: string,
  known: readonly string[],
): GyroError {
  const { model, column } = place
  return new GyroError('SLICE.INVALID_CONDITION', `The condition for ${model} cannot be used`, {
    why: `Column ${column} of its text: the function ${name} is none of those that are allowed: ${known.join(', ')}.`,
    fix: `${didYouMean(name, known)}${ALLOWED}`,
    meta: { model, column, function: name },
  })
}

export function unknownColumn(
  { model, column }: ConditionPlace,
  name: string,
  known: readonly string[],
): GyroError {
  return new GyroError('SLICE.UNKNOWN_COLUMN', `${model} has no field "${name}"`, {
    why: `The condition for ${model} names it at column ${column} of its text.`,
    fix: `${didYouMean(name, known)}Name a field or a column of ${model}, exactly as it is written; texts stand in single quotes.`,
    meta: { model, column, name },
  })
}

export function unknownRootModel(
  option: 'where' | 'roots',
  name: string,
  known: readonly string[],
): GyroError {
  return new GyroError('SLICE.UNKNOWN_MODEL', `There is no model "${name}" to export`, {
    why: `The option "${option}" names it, but it is none of the models that are exported.`,
    fix: `${didYouMean(name, known)}Correct the name; after a change of the schema run npx prisma generate.`,
    meta: { option, model: name },
  })
}

/** A key that cannot be one of the model. @param why A whole sentence without its end. */
export function invalidRoot(
  model: string,
  why: string,
  fix = `Give keys of ${model} (--root ${model}=7,9), or a condition: --where "${model}: …".`,
): GyroError {
  return new GyroError('SLICE.INVALID_ROOT', `A root of ${model} is not the key of a row`, {
    why: `${why}.`,
    fix,
    meta: { model },
  })
}

/** @param position Of the key among those of the model, from 1. */
export function unknownRoot(
  model: string,
  { fields, position }: { readonly fields: readonly string[]; readonly position: number },
): GyroError {
  return new GyroError('SLICE.UNKNOWN_ROOT', `A root of ${model} does not exist`, {
    why: `Key ${position} of those given is the ${fields.join(', ')} of no row.`,
    fix: 'Correct or remove that key, and look whether --url is the database that you mean.',
    meta: { model, fields, position },
  })
}

/**
 * What PostgreSQL says of a condition or a root, in terms of the model; other failures as they are. Its
 * words are left out where they may hold a value.
 */
export function translateConditionFailure(error: unknown, model: string): unknown {
  if (!isServerError(error) || error.code === INSUFFICIENT_PRIVILEGE) return error
  const [kind] = KINDS.filter(({ sqlstate }) => error.code.startsWith(sqlstate))
  if (kind === undefined) return error
  return new GyroError('SLICE.INVALID_CONDITION', `PostgreSQL refuses the condition for ${model}`, {
    why: `${kind.why(error.message)} (SQLSTATE ${error.code}).`,
    fix: `Compare columns of ${model} with values of their types; add a cast such as ::text where a type is not clear.`,
    meta: { model, sqlstate: error.code },
    // No cause: its message may hold a value.
  })
}

const INSUFFICIENT_PRIVILEGE = '42501'

const KINDS: readonly {
  readonly sqlstate: string
  readonly why: (message: string) => string
}[] = [
  // Data exceptions quote what they are about.
  { sqlstate: '22', why: () => 'A value in it is not one of the type that it is used as' },
  // Those about types and operators name only these.
  { sqlstate: '42', why: (message) => `The server said: ${message}` },
  { sqlstate: '54', why: () => 'It is too large or too deep for the server' },
]
