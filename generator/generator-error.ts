import { GyroError } from '../src/error/gyro-error.js'
import { didYouMean } from '../src/error/suggest.js'
import type { Annotation } from './annotation.js'
import type { SchemaPlace } from './split-schema.js'

export function unknownOption(block: string, option: string): GyroError {
  return new GyroError(
    'GENERATOR.INVALID_CONFIG',
    `The generator block "${block}" has an unknown option "${option}"`,
    {
      why: 'Beside provider, prisma-gyro takes one option: output.',
      fix: `${didYouMean(option, ['output', 'provider'])}Correct or remove the option.`,
      meta: { block, option },
    },
  )
}

/** @param provider As Prisma names it; undefined when the schema has no datasource. */
export function unsupportedProvider(provider: string | undefined): GyroError {
  return new GyroError('GENERATOR.UNSUPPORTED_PROVIDER', 'prisma-gyro loads into PostgreSQL only', {
    why:
      provider === undefined
        ? 'The schema has no datasource block.'
        : `The provider of the datasource is "${provider}".`,
    fix: 'Use prisma-gyro in a schema whose datasource has provider = "postgresql".',
    meta: { provider },
  })
}

/** @param relations The models of each relation. */
export function sharedJoinTable(
  table: string,
  relations: readonly (readonly string[])[],
): GyroError {
  const pairs = relations.map((models) => models.join(' and ')).join('; ')
  return new GyroError('GENERATOR.SHARED_JOIN_TABLE', `Two relations share the table "${table}"`, {
    why: `These many-to-many relations have one name: ${pairs}. Prisma makes one table, which refers to the models of the last one only.`,
    fix: 'Give each a name of its own in @relation and migrate the database.',
    meta: { table, relations },
  })
}

export function outputOverlaps(output: string, other: string, otherOutput: string): GyroError {
  return new GyroError('GENERATOR.OUTPUT', 'Two generators would write into one folder', {
    why: `prisma-gyro writes to ${output}, the generator "${other}" to ${otherOutput}; one would delete the files of the other.`,
    fix: 'Set output of one generator block to a folder beside the other: output = "../generated/gyro".',
    meta: { output, other, otherOutput },
  })
}

export function foreignFile(file: string): GyroError {
  return new GyroError('GENERATOR.OUTPUT', `${file} was not written by prisma-gyro`, {
    why: 'A file of this name belongs to the output, and overwriting yours would lose it.',
    fix: 'Move or delete the file, or set output of the generator block to another folder.',
    meta: { file },
  })
}

export function outputNotWritable(file: string, cause: unknown): GyroError {
  return new GyroError('GENERATOR.OUTPUT', `${file} cannot be written`, {
    why: `The system says: ${(cause as Error).message}.`,
    fix: 'Make the folder writable, or set output of the generator block to another folder.',
    meta: { file },
    cause,
  })
}

export function unreadableAnnotation(place: SchemaPlace): GyroError {
  return new GyroError('GENERATOR.INVALID_ANNOTATION', 'An annotation cannot be read', {
    why: `${describePlace(place)} has @gyro without a name behind a dot, or with arguments that are not texts in double quotes or names, in parentheses, on the same line.`,
    fix: 'Write it like @gyro.file("customers.csv"), @gyro.key(tenantId, email) or @gyro.skip.',
    meta: { ...place },
  })
}

/** @param known Names of all annotations. */
export function unknownAnnotation(annotation: Annotation, known: readonly string[]): GyroError {
  return invalidAnnotation(annotation, `There is no annotation @gyro.${annotation.name}`, {
    why: `prisma-gyro knows ${known.map((name) => `@gyro.${name}`).join(', ')}.`,
    fix: `${didYouMean(annotation.name, known)}Correct or remove it.`,
  })
}

/**
 * @param found Where it stands, such as `an enum`.
 * @param wanted Where it may stand, at least one.
 */
export function misplacedAnnotation(
  annotation: Annotation,
  found: string,
  wanted: readonly string[],
): GyroError {
  const places = wanted.join(' or ')
  return invalidAnnotation(annotation, `@gyro.${annotation.name} is at the wrong place`, {
    why: `It stands at ${found} and belongs to ${places}.`,
    fix: `Write it in a /// comment directly above ${places}; that of a field may also stand behind the field.`,
  })
}

/** @param found Where it stands: what it takes depends on that. */
export function wrongArguments(annotation: Annotation, found: string, example: string): GyroError {
  return invalidAnnotation(annotation, `@gyro.${annotation.name} takes other arguments`, {
    why: `At ${found} it is written like ${example}.`,
    fix: 'Correct its arguments.',
  })
}

export function repeatedAnnotation(annotation: Annotation, first: Annotation): GyroError {
  return invalidAnnotation(annotation, `@gyro.${annotation.name} is written twice`, {
    why: `It stands at ${describePlace(first.place)} already.`,
    fix: 'Keep one of them; @gyro.file and @gyro.column take several names, with commas between.',
  })
}

/** @param second The one that is too many. */
export function secondKey(second: Annotation, first: Annotation, model: string): GyroError {
  return invalidAnnotation(second, `${model} has two keys by @gyro.key`, {
    why: `The other one stands at ${describePlace(first.place)}.`,
    fix: 'Keep one; a key of several fields is written above the model, like @gyro.key(tenantId, email).',
  })
}

/** @param field With its model. */
export function fieldWithoutColumn(annotation: Annotation, field: string): GyroError {
  return invalidAnnotation(
    annotation,
    `@gyro.${annotation.name} is meant for fields with a column`,
    {
      why: `${field} is a relation field: the database has no column for it.`,
      fix: 'Use the fields that its @relation names in fields: [ … ].',
    },
  )
}

export function repeatedField(annotation: Annotation, field: string): GyroError {
  return invalidAnnotation(annotation, `@gyro.${annotation.name} names a field twice`, {
    why: `The field is ${field}.`,
    fix: 'Name every field once.',
  })
}

export function invalidFileName(annotation: Annotation): GyroError {
  return invalidAnnotation(annotation, '@gyro.file does not name a file of the folder', {
    why: 'A name must not be empty, begin with a dot or hold a slash, a backslash or a control character.',
    fix: 'Write the name alone, like @gyro.file("customers.csv"): the folder is told to the command.',
  })
}

/** @param keys Fields that could be referred to. */
export function targetNotUnique(annotation: Annotation, keys: readonly string[]): GyroError {
  const [{ text }] = annotation.args as [Annotation['args'][number]]
  const others = keys.length === 0 ? 'has no such field' : `has ${keys.join(', ')}`
  return invalidAnnotation(annotation, `@gyro.references cannot refer to ${text}`, {
    why: `Only a field that is the key or a unique of its model alone tells which row is meant; the model ${others}.`,
    fix: 'Name such a field, or remove the annotation.',
  })
}

export function otherType(annotation: Annotation, own: string, target: string): GyroError {
  const [{ text }] = annotation.args as [Annotation['args'][number]]
  return invalidAnnotation(annotation, `@gyro.references cannot refer to ${text}`, {
    why: `The field is ${own}, what it refers to is ${target}.`,
    fix: 'Name a field of the same type, or remove the annotation.',
  })
}

/** @param relation With its model. */
export function knownReference(annotation: Annotation, relation: string): GyroError {
  return invalidAnnotation(annotation, '@gyro.references repeats a relation of the schema', {
    why: `${relation} refers to the same field already.`,
    fix: 'Remove the annotation.',
  })
}

/** What an annotation names and what there is. */
export interface UnknownName {
  /** Such as `model`. */
  readonly what: string
  readonly name: string
  readonly known: readonly string[]
}

export function unknownName(annotation: Annotation, { what, name, known }: UnknownName): GyroError {
  const summary = `@gyro.${annotation.name} names a ${what} that does not exist`
  return new GyroError('GENERATOR.UNKNOWN_NAME', summary, {
    why: `${describePlace(annotation.place)} names "${name}".`,
    fix: `${didYouMean(name, known)}Correct the name.`,
    meta: { ...annotation.place, annotation: annotation.name, name },
  })
}

/** @param models The one that has the file, the one that claims it. */
export function duplicateFile(
  annotation: Annotation,
  file: string,
  models: readonly [string, string],
): GyroError {
  return new GyroError('GENERATOR.DUPLICATE_FILE', `Two models claim the file "${file}"`, {
    why: `${describePlace(annotation.place)} gives it to ${models[1]}; it belongs to ${models[0]}.`,
    fix: 'Give each model a file of its own with @gyro.file.',
    meta: { ...annotation.place, file, models },
  })
}

/** @param fields The one that has the header, the one that claims it, with their model. */
export function duplicateHeader(
  annotation: Annotation,
  header: string,
  fields: readonly [string, string],
): GyroError {
  return new GyroError('GENERATOR.DUPLICATE_HEADER', `Two fields claim the header "${header}"`, {
    why: `${describePlace(annotation.place)} gives it to ${fields[1]}; it belongs to ${fields[0]}.`,
    fix: 'Give each field a header of its own with @gyro.column.',
    meta: { ...annotation.place, header, fields },
  })
}

function invalidAnnotation(
  { name, place }: Annotation,
  summary: string,
  { why, fix }: { readonly why: string; readonly fix: string },
): GyroError {
  return new GyroError('GENERATOR.INVALID_ANNOTATION', summary, {
    why: `${describePlace(place)}: ${why}`,
    fix,
    meta: { ...place, annotation: name },
  })
}

function describePlace({ file, line, column }: SchemaPlace): string {
  return `${file}:${line}:${column}`
}
