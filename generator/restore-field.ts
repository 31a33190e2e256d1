import type { DMMF } from '@prisma/generator-helper'
import {
  fieldsOf,
  findArgument,
  hasAttribute,
  parseAttributes,
  type SchemaArgument,
  type SchemaAttribute,
  type SchemaValue,
  textOf,
} from './parse-attributes.js'
import type { SchemaField } from './scan-schema.js'

/** A field, hidden or not, as far as the manifest depends on it. */
export interface ModelField
  extends Pick<
    DMMF.Field,
    | 'name'
    | 'dbName'
    | 'kind'
    | 'type'
    | 'isList'
    | 'isRequired'
    | 'isId'
    | 'isUnique'
    | 'isUpdatedAt'
    | 'nativeType'
    | 'default'
    | 'relationName'
    | 'relationFromFields'
    | 'relationToFields'
  > {
  /** Whether the DMMF and so Prisma Client know nothing of it; the DMMF itself does not say. */
  readonly isHidden?: true
}

/** What the type of a field is looked up in. */
export interface SchemaNames {
  readonly models: ReadonlySet<string>
  readonly enums: ReadonlySet<string>
}

/** A field as the DMMF would have it if it did not hide it. */
export function restoreField(
  { name, declaration }: SchemaField,
  model: string,
  names: SchemaNames,
): ModelField {
  const parts = DECLARATION.exec(declaration) as unknown as DeclarationParts
  const [, type, modifier = '', rest] = parts
  const attributes = parseAttributes(rest)
  return {
    name,
    dbName: textOf(findArgument(attributes, 'map', [null, 'name'])),
    kind: kindOf(type, names),
    type,
    isList: modifier.startsWith('['),
    isRequired: modifier !== '?',
    isId: hasAttribute(attributes, 'id'),
    isUnique: hasAttribute(attributes, 'unique'),
    isUpdatedAt: hasAttribute(attributes, 'updatedAt'),
    nativeType: restoreNativeType(attributes),
    ...restoreDefault(findArgument(attributes, 'default', [null, 'value'])),
    relationName:
      textOf(findArgument(attributes, 'relation', [null, 'name'])) ??
      [model, type].sort().join('To'),
    relationFromFields: [...fieldsOf(findArgument(attributes, 'relation', ['fields']))],
    relationToFields: [...fieldsOf(findArgument(attributes, 'relation', ['references']))],
    isHidden: true,
  }
}

/** A type, what `Unsupported` says in brackets, `?` or `[]`, attributes. */
const DECLARATION = /^\s*([^\s@(?[]+)\s*(?:\(\s*"(?:[^"\\]|\\.)*"\s*\))?\s*(\?|\[\s*\])?(.*)$/s

type DeclarationParts = readonly [string, string, string | undefined, string]

function kindOf(type: string, { models, enums }: SchemaNames): DMMF.FieldKind {
  if (type === 'Unsupported') {
    return 'unsupported'
  }
  if (models.has(type)) {
    return 'object'
  }
  return enums.has(type) ? 'enum' : 'scalar'
}

/** `@db.VarChar(12)`, where `db` is the name of the datasource. */
function restoreNativeType(attributes: readonly SchemaAttribute[]): [string, string[]] | null {
  const native = attributes.find(({ name }) => name.includes('.'))
  if (native === undefined) {
    return null
  }
  const args = native.args.map(({ value }) => textOf(value) as string)
  return [native.name.slice(native.name.indexOf('.') + 1), args]
}

/** Functions are told from literals; the value of a literal does not matter to the manifest. */
function restoreDefault(value: SchemaValue | null): Pick<DMMF.Field, 'default'> {
  if (value === null) {
    return {}
  }
  if (value.kind !== 'call') {
    return { default: textOf(value) ?? [] }
  }
  const args = value.args.map(restoreArgument)
  return {
    default: { name: value.text, args: args.length > 0 ? args : defaultArguments(value.text) },
  }
}

function restoreArgument({ value }: SchemaArgument): string | number {
  return value.kind === 'text' ? value.text : Number(textOf(value))
}

/** The versions that the DMMF fills in: `uuid()` is `uuid(4)`. */
function defaultArguments(name: string): number[] {
  return { uuid: [4], cuid: [1] }[name] ?? []
}
