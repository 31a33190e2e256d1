import { GyroError } from '../error/gyro-error.js'

/** Nobody says what new keys of a model look like. */
export function noKeyShape(model: string, field: string): GyroError {
  return cannotMakeKeys(model, field, {
    why: `The strategy fresh makes integers, uuids and what Prisma Client makes, but ${model}.${field} is none of these.`,
    fix: `Write @default(uuid()), cuid(), nanoid() or ulid() at ${model}.${field} in the schema and run npx prisma generate, or keep its keys: --remap-strategy ${model}=none.`,
  })
}

export function keyTooLong(
  model: string,
  field: string,
  { length, most }: { readonly length: number; readonly most: number },
): GyroError {
  return cannotMakeKeys(model, field, {
    why: `New keys have ${length} characters, but the column of ${model}.${field} takes ${most}.`,
    fix: `Widen the column, or keep its keys: --remap-strategy ${model}=none.`,
  })
}

/** Keys are chosen at random, and short ones run out. */
export function keysMayMeet(model: string, field: string, length: number): GyroError {
  return cannotMakeKeys(model, field, {
    why: `With so many rows, two random keys of ${length} characters may be the same.`,
    fix: `Make the keys of ${model}.${field} longer in the schema, such as nanoid(${length + 6}), and run npx prisma generate.`,
  })
}

/** The more keys are taken, the more often one is another row's. */
export function hashesRunOut(model: string, field: string, most: number): GyroError {
  return cannotMakeKeys(model, field, {
    why: `Its rows and those of the files are too many for hashes of the type of ${model}.${field}, of which ${most} may be taken.`,
    fix: `Widen the column (Int to BigInt), or choose another strategy: --remap-strategy ${model}=sequential.`,
  })
}

/** A strategy of the user maps keys, not parts of them. */
export function noOwnKey(model: string): GyroError {
  return new GyroError('PLAN.KEY_STRATEGY', `${model} has no key for a strategy to map`, {
    why: 'That takes a key of one column in the file: an integer, a uuid or a text that refers to no other row.',
    fix: `Leave ${model} out of "strategy": references of it follow the keys of others.`,
    meta: { model },
  })
}

/** @param why What stands in the way, to be followed by a full stop. */
export function cannotPin(model: string, why: string): GyroError {
  return new GyroError('PLAN.PIN', `${model} cannot be pinned to a row`, {
    why: `All its rows are to become one that is there, but ${why}.`,
    fix: `Name the key of a row that is there: --set ${model}.<key>=<value>, or "pin" in the API.`,
    meta: { model },
  })
}

export function noBusinessKey(model: string): GyroError {
  return new GyroError('PLAN.NO_BUSINESS_KEY', `${model} has no business key`, {
    why: 'Its rows are to be found in the database by what they are in real life, but the schema has no unique beside the key of the model, or several.',
    fix: `Write /// @gyro.key(field, …) above the model ${model} and run npx prisma generate, or choose another strategy for it, such as --remap-strategy ${model}=sequential.`,
    meta: { model },
  })
}

/** @param why What stands in the way, to be followed by a full stop. */
export function unusableBusinessKey(
  model: string,
  fields: readonly string[],
  why: string,
): GyroError {
  return new GyroError('PLAN.KEY_STRATEGY', `${model} cannot be matched by ${fields.join(', ')}`, {
    why: `That is its business key, but ${why}.`,
    fix: `Name other fields in @gyro.key above the model ${model} and run npx prisma generate, or choose another strategy for it.`,
    meta: { model, fields },
  })
}

/** A hash of what is another in every run is no hash. */
export function passingBusinessKey(
  { model, field }: { readonly model: string; readonly field: string },
  owner: string,
): GyroError {
  return new GyroError('PLAN.NO_BUSINESS_KEY', `${model} cannot be hashed`, {
    why: `${model}.${field} is part of a business key and refers to ${owner}, whose new keys are others in every run; but nothing else tells its rows: the schema has no unique beside the key of ${owner}, or several.`,
    fix: `Write /// @gyro.key(field, …) above the model ${owner} and run npx prisma generate, or keep its keys: --remap-strategy ${owner}=none.`,
    meta: { model, field, owner },
  })
}

/** Which row is meant cannot be told from one part of its key. */
export function partialReference(
  { model, field }: { readonly model: string; readonly field: string },
  { owner, key }: { readonly owner: string; readonly key: readonly string[] },
): GyroError {
  return new GyroError('PLAN.KEY_STRATEGY', `${model} cannot be told by a part of a reference`, {
    why: `${model}.${field} is part of a business key and refers to ${owner}, whose rows are known by ${key.join(', ')} together; but the business key of ${model} does not hold all of these.`,
    fix: `Name all fields of the reference in @gyro.key above the model ${model} and run npx prisma generate, or choose another strategy for what is hashed.`,
    meta: { model, field, owner },
  })
}

/** @param path Models whose business keys refer to the next; the last one is the first. */
export function circularBusinessKey(path: readonly string[]): GyroError {
  const [model] = path
  return new GyroError('PLAN.KEY_STRATEGY', `${model} cannot be matched before itself`, {
    why: `Business keys refer to each other in a circle: ${path.join(' → ')}.`,
    fix: `Name fields in @gyro.key above the model ${model} that refer to none of these, or choose another strategy for it.`,
    meta: { path },
  })
}

function cannotMakeKeys(
  model: string,
  field: string,
  text: { readonly why: string; readonly fix: string },
): GyroError {
  const summary = `${model} cannot get new keys`
  return new GyroError('PLAN.KEY_STRATEGY', summary, { ...text, meta: { model, field } })
}
