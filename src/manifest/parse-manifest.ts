import type {
  ClientDefault,
  ColumnDefault,
  DatabaseDefault,
  ExcludedModel,
  Manifest,
  ManifestColumn,
  ManifestEnum,
  ManifestModel,
  ManifestReference,
  ManifestStrategy,
  NativeType,
} from './manifest.js'
import { invalidManifest, otherVersion } from './manifest-error.js'

/**
 * Checks a manifest from a file or a generated module, down to the names that its parts refer to
 * each other with. What comes out is a new value; what is not known is refused, because a newer
 * generator may have meant something by it.
 *
 * @param source Where it comes from, for the error: a path, or `generated/gyro/index.ts`.
 * @throws {GyroError} `MANIFEST.VERSION` when another version of prisma-gyro wrote it.
 * @throws {GyroError} `MANIFEST.INVALID` naming the place, such as `models[3].columns[0].type`.
 */
export function parseManifest(value: unknown, source: string): Manifest {
  const version = isObject(value) ? value['version'] : undefined
  if (typeof version === 'number' && version !== 1) {
    throw otherVersion(source, version)
  }
  try {
    const manifest = MANIFEST(value, '')
    checkNames(manifest)
    return manifest
  } catch (error) {
    throw error instanceof Mismatch ? invalidManifest(source, error.path, error.wanted) : error
  }
}

/** Something at a place of the document is not what it must be. */
class Mismatch extends Error {
  readonly path: string
  readonly wanted: string

  constructor(path: string, wanted: string) {
    super(wanted)
    this.path = path
    this.wanted = wanted
  }
}

type Parse<T> = (value: unknown, path: string) => T

const COLUMN_TYPES: readonly ManifestColumn['type'][] = [
  'String',
  'Boolean',
  'Int',
  'BigInt',
  'Float',
  'Decimal',
  'DateTime',
  'Json',
  'Bytes',
  'Enum',
  'Unsupported',
]
const DATABASE_DEFAULTS: readonly DatabaseDefault[] = ['autoincrement', 'now', 'value']
const STRATEGIES: readonly ManifestStrategy[] = ['sequential', 'hash', 'fresh', 'match', 'none']
const CLIENT_DEFAULTS: readonly ClientDefault[] = ['uuid', 'cuid', 'nanoid', 'ulid']

const NAMES = nonEmpty(listOf(text))

const NATIVE_TYPE = object<NativeType>({ name: text, args: listOf(text) })

const DATABASE_DEFAULT = object<ColumnDefault & { by: 'database' }>({
  by: oneOf(['database']),
  make: oneOf(DATABASE_DEFAULTS),
})

const CLIENT_DEFAULT = object<ColumnDefault & { by: 'client' }>({
  by: oneOf(['client']),
  make: oneOf(CLIENT_DEFAULTS),
  args: listOf(textOrNumber),
})

const DEFAULT: Parse<ColumnDefault> = (value, path) =>
  isObject(value) && value['by'] === 'client'
    ? CLIENT_DEFAULT(value, path)
    : DATABASE_DEFAULT(value, path)

const COLUMN = object<ManifestColumn>({
  field: text,
  column: text,
  type: oneOf(COLUMN_TYPES),
  enum: nullable(text),
  nativeType: nullable(NATIVE_TYPE),
  isList: flag,
  isRequired: flag,
  default: nullable(DEFAULT),
  isUpdatedAt: flag,
  isHidden: flag,
  isSkipped: flag,
  headers: NAMES,
})

const REFERENCE = object<ManifestReference>({
  name: text,
  fields: NAMES,
  target: text,
  targetFields: NAMES,
  isNullable: flag,
  origin: oneOf(['relation', 'annotation']),
})

const MODEL = object<ManifestModel>({
  name: text,
  kind: oneOf(['model', 'joinTable']),
  schema: nullable(text),
  table: text,
  columns: listOf(COLUMN),
  primaryKey: nullable(NAMES),
  uniques: listOf(NAMES),
  businessKey: nullable(NAMES),
  strategy: nullable(oneOf(STRATEGIES)),
  references: listOf(REFERENCE),
  files: NAMES,
})

const ENUM = object<ManifestEnum>({
  name: text,
  schema: nullable(text),
  type: text,
  values: listOf(object<ManifestEnum['values'][number]>({ name: text, value: text })),
})

const EXCLUDED = object<ExcludedModel>({
  name: text,
  reason: oneOf(['view', 'ignored', 'skipped']),
  schema: nullable(text),
  table: text,
  files: NAMES,
})

const MANIFEST = object<Manifest>({
  version: oneOf([1]),
  models: listOf(MODEL),
  enums: listOf(ENUM),
  excluded: listOf(EXCLUDED),
  relationMode: oneOf(['foreignKeys', 'prisma']),
})

/** Every name that a part of the manifest says of another part has to be there. */
function checkNames({ models, enums }: Manifest): void {
  const fields = new Map<string, ReadonlySet<string>>()
  for (const [i, { name, columns }] of models.entries()) {
    expectTo(!fields.has(name), `models[${i}].name`, 'a name that no other model has')
    fields.set(name, new Set(columns.map(({ field }) => field)))
  }
  const enumNames = new Set(enums.map(({ name }) => name))

  for (const [i, model] of models.entries()) {
    const at = `models[${i}]`
    for (const [j, column] of model.columns.entries()) {
      const isKnown = column.enum === null || enumNames.has(column.enum)
      expectTo(isKnown, `${at}.columns[${j}].enum`, 'the name of an enum of the manifest')
      const isNamed = (column.enum !== null) === (column.type === 'Enum')
      expectTo(isNamed, `${at}.columns[${j}].enum`, 'a name when the type is Enum, else null')
    }
    expectFields(model.primaryKey ?? [], model.name, `${at}.primaryKey`)
    expectFields(model.businessKey ?? [], model.name, `${at}.businessKey`)
    for (const [j, unique] of model.uniques.entries()) {
      expectFields(unique, model.name, `${at}.uniques[${j}]`)
    }
    for (const [j, reference] of model.references.entries()) {
      const path = `${at}.references[${j}]`
      expectTo(fields.has(reference.target), `${path}.target`, 'the name of a model')
      expectFields(reference.fields, model.name, `${path}.fields`)
      expectFields(reference.targetFields, reference.target, `${path}.targetFields`)
      const isPaired = reference.fields.length === reference.targetFields.length
      expectTo(isPaired, `${path}.targetFields`, 'as many fields as `fields`')
    }
  }

  function expectFields(names: readonly string[], model: string, path: string): void {
    for (const [i, name] of names.entries()) {
      expectTo(fields.get(model)?.has(name) === true, `${path}[${i}]`, `a field of ${model}`)
    }
  }
}

function expectTo(holds: boolean, path: string, wanted: string): void {
  if (!holds) {
    throw new Mismatch(path, wanted)
  }
}

function object<T extends object>(shape: { readonly [K in keyof T]: Parse<T[K]> }): Parse<T> {
  return (value, path) => {
    if (!isObject(value)) {
      throw new Mismatch(path, 'an object')
    }
    const join = (key: string) => (path === '' ? key : `${path}.${key}`)
    for (const key of Object.keys(value)) {
      expectTo(Object.hasOwn(shape, key), join(key), 'nothing: the property is not known')
    }
    const parsed: Partial<T> = {}
    for (const key in shape) {
      parsed[key] = shape[key](value[key], join(key))
    }
    return parsed as T
  }
}

function listOf<T>(item: Parse<T>): Parse<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) {
      throw new Mismatch(path, 'a list')
    }
    return value.map((element, i) => item(element, `${path}[${i}]`))
  }
}

function nonEmpty<T>(list: Parse<readonly T[]>): Parse<readonly T[]> {
  return (value, path) => {
    const parsed = list(value, path)
    expectTo(parsed.length > 0, path, 'at least one')
    return parsed
  }
}

function nullable<T>(parse: Parse<T>): Parse<T | null> {
  return (value, path) => (value === null ? null : parse(value, path))
}

function oneOf<const T>(values: readonly T[]): Parse<T> {
  return (value, path) => {
    const found = values.find((known) => known === value)
    if (found === undefined) {
      throw new Mismatch(path, values.map((known) => JSON.stringify(known)).join(' or '))
    }
    return found
  }
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new Mismatch(path, 'a text that is not empty')
  }
  return value
}

function textOrNumber(value: unknown, path: string): string | number {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new Mismatch(path, 'a text or a number')
  }
  return value
}

function flag(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') {
    throw new Mismatch(path, 'true or false')
  }
  return value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
