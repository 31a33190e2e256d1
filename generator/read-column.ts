import type { DMMF } from '@prisma/generator-helper'
import type {
  ClientDefault,
  ColumnDefault,
  ManifestColumn,
  NativeType,
  ScalarType,
} from '../src/manifest/manifest.js'
import { databaseName } from './database-name.js'
import type { ModelField } from './restore-field.js'

/** A field with a column as that column. */
export function readColumn(field: ModelField): ManifestColumn {
  const mapped = field.dbName ?? field.name
  const column = databaseName(mapped)
  const isEnum = field.kind === 'enum'
  return {
    field: field.name,
    column,
    type: isEnum ? 'Enum' : (field.type as ScalarType | 'Unsupported'),
    enum: isEnum ? field.type : null,
    nativeType: readNativeType(field.nativeType),
    isList: field.isList,
    isRequired: field.isRequired,
    default: readDefault(field.default),
    isUpdatedAt: field.isUpdatedAt === true,
    isHidden: field.isHidden === true,
    isSkipped: false,
    // Prisma refuses a mapped name that is the name of another field.
    headers:
      mapped === field.name && mapped === column
        ? [mapped]
        : [...new Set([field.name, mapped, column])],
  }
}

function readNativeType(type: DMMF.Field['nativeType']): NativeType | null {
  return type ? { name: type[0], args: type[1] } : null
}

const CLIENT_DEFAULTS: readonly string[] = [
  'uuid',
  'cuid',
  'nanoid',
  'ulid',
] satisfies ClientDefault[]

/**
 * Who makes the value. Literals, `now()` and whatever else is not made by Prisma Client stand in the
 * table's definition; of `dbgenerated()` without an argument Prisma knows nothing more.
 */
function readDefault(value: DMMF.Field['default']): ColumnDefault | null {
  if (value === undefined) {
    return null
  }
  if (typeof value !== 'object' || !('name' in value)) {
    return { by: 'database', make: 'value' }
  }
  if (CLIENT_DEFAULTS.includes(value.name)) {
    return { by: 'client', make: value.name as ClientDefault, args: value.args }
  }
  const isKnown = value.name === 'autoincrement' || value.name === 'now'
  return { by: 'database', make: isKnown ? value.name : 'value' }
}
