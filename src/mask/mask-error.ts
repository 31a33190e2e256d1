import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import type { MaskedField } from './mask-options.js'

export function unknownMaskModel(name: string, known: readonly string[]): GyroError {
  return new GyroError('MASK.UNKNOWN_MODEL', `There is no model "${name}" to mask`, {
    why: 'The option "mask" names it, but it is none of the models that are exported.',
    fix: `${didYouMean(name, known)}Correct the name; after a change of the schema run npx prisma generate.`,
    meta: { model: name },
  })
}

export function unknownMaskField(
  { model, field }: MaskedField,
  known: readonly string[],
): GyroError {
  return new GyroError('MASK.UNKNOWN_FIELD', `${model} has no field "${field}" to mask`, {
    why: `The option "mask" names it, but it is none of the fields of ${model} that are exported.`,
    fix: `${didYouMean(field, known)}Correct the name: --mask ${model}.<field>=<mask>.`,
    meta: { model, field },
  })
}

/** @param why What stands in the way, a whole sentence. */
export function invalidMask({ model, field }: MaskedField, why: string, fix: string): GyroError {
  return new GyroError('MASK.INVALID_MASK', `${model}.${field} cannot be masked like this`, {
    why,
    fix,
    meta: { model, field },
  })
}

/** @param why Why values meet, a whole sentence. */
export function notUnique({ model, field }: MaskedField, why: string): GyroError {
  return new GyroError('MASK.NOT_UNIQUE', `The masked ${model}.${field} would not be unique`, {
    why,
    fix: `Its values must differ from row to row: use --mask ${model}.${field}=hash where the column is wide enough, or a function of the API.`,
    meta: { model, field },
  })
}

export function breaksReference(
  { model, field }: MaskedField,
  {
    why,
    fix,
    reference,
  }: { readonly why: string; readonly fix: string; readonly reference: string },
): GyroError {
  return new GyroError(
    'MASK.BREAKS_REFERENCE',
    `The mask of ${model}.${field} breaks a reference`,
    {
      why,
      fix,
      meta: { model, field, reference },
    },
  )
}

export function weakKey(): GyroError {
  return new GyroError('MASK.WEAK_KEY', 'The key of the masks is too short', {
    why: 'With a key that can be guessed, so can the values that were hashed; it takes 16 characters or more.',
    fix: 'Set PRISMA_GYRO_MASK_KEY, or "maskKey" in the API, to the output of: openssl rand -hex 32',
    meta: {},
  })
}

export function fakerMissing(cause: unknown): GyroError {
  return new GyroError('MASK.FAKER_MISSING', 'Fake values need a package', {
    why: 'They are made by @faker-js/faker, which is not installed.',
    fix: 'Run: npm install --save-dev @faker-js/faker, or use another mask, such as hash.',
    meta: {},
    cause,
  })
}

/** Nothing in the name of the field says what its values are. */
export function unknownFake({ model, field }: MaskedField, guessed: readonly string[]): GyroError {
  return new GyroError('MASK.UNKNOWN_FAKE', `It is not clear what ${model}.${field} holds`, {
    why: `Its name is none of those that say which fake values it gets: ${guessed.join(', ')}.`,
    fix: `Name a method of @faker-js/faker: --mask ${model}.${field}=fake:person.fullName.`,
    meta: { model, field },
  })
}

export function unknownFakeMethod(
  { model, field }: MaskedField,
  method: string,
  known: readonly string[],
): GyroError {
  return new GyroError('MASK.UNKNOWN_FAKE', `There is no fake "${method}"`, {
    why: `${model}.${field} is to be masked by it, but @faker-js/faker has no such method that gives a text, a number or a date.`,
    fix: `${didYouMean(method, known)}Name a module and a method of it, such as fake:internet.username or fake:person.fullName.`,
    meta: { model, field, method },
  })
}

/** A function of the program did not do as it should. */
export function maskFailed({ model, field }: MaskedField, why: string, cause?: unknown): GyroError {
  return new GyroError('MASK.FAILED', `The function that masks ${model}.${field} failed`, {
    why,
    fix: 'Correct the function: it takes the text of a value, or null, and gives a text, or null.',
    meta: { model, field },
    ...(cause === undefined ? {} : { cause }),
  })
}
