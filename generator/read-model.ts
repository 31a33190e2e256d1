import type { ManifestModel, ManifestReference } from '../src/manifest/manifest.js'
import { databaseName } from './database-name.js'
import { readColumn } from './read-column.js'
import type { ModelField } from './restore-field.js'
import type { SchemaModel } from './restore-models.js'

/** A model of the manifest before its files are chosen, which depend on all the others. */
export interface ReadModel extends Omit<ManifestModel, 'files'> {
  /** Names that its file may have, by rank: those of an annotation, its own, of its table, with the schema. */
  readonly fileNames: readonly (readonly string[])[]
  /** Fields without a column. */
  readonly relationFields: readonly string[]
}

/** A model as its table: relation fields become references, or nothing on the side without columns. */
export function readModel(model: SchemaModel): ReadModel {
  const isRelation = ({ kind }: ModelField) => kind === 'object'
  return {
    name: model.name,
    kind: 'model',
    ...readTable(model.name, model.schema, model.dbName ?? model.name),
    columns: model.fields.filter((field) => !isRelation(field)).map(readColumn),
    relationFields: model.fields.filter(isRelation).map(({ name }) => name),
    primaryKey: readPrimaryKey(model),
    uniques: readUniques(model),
    businessKey: null,
    strategy: null,
    references: readReferences(model),
  }
}

/** Where a model is in the database, and what its file may be called for it. */
export function readTable(
  name: string,
  schema: string | null,
  table: string,
): Pick<ReadModel, 'schema' | 'table' | 'fileNames'> {
  // Without `@@schema` exports mostly call it `public.orders`, as pg_dump does.
  const inSchema = schema ?? 'public'
  const real = { schema: databaseName(inSchema), table: databaseName(table) }
  return {
    schema: schema === null ? null : real.schema,
    table: real.table,
    fileNames: [
      [],
      [name],
      [table, real.table],
      [`${inSchema}.${table}`, `${real.schema}.${real.table}`],
    ],
  }
}

function readPrimaryKey({ primaryKey, fields }: SchemaModel): readonly string[] | null {
  const id = fields.find(({ isId }) => isId)
  return primaryKey?.fields ?? (id === undefined ? null : [id.name])
}

function readUniques({ fields, uniqueFields }: SchemaModel): readonly (readonly string[])[] {
  return [...fields.filter(({ isUnique }) => isUnique).map(({ name }) => [name]), ...uniqueFields]
}

/** The side of a relation that has the columns lists them; the other side lists none. */
function readReferences({ fields }: SchemaModel): readonly ManifestReference[] {
  const optional = new Set(fields.filter(({ isRequired }) => !isRequired).map(({ name }) => name))
  return fields.flatMap(({ name, type, relationFromFields = [], relationToFields = [] }) =>
    relationFromFields.length === 0
      ? []
      : [
          {
            name,
            fields: relationFromFields,
            target: type,
            targetFields: relationToFields,
            isNullable: relationFromFields.some((field) => optional.has(field)),
            origin: 'relation',
          },
        ],
  )
}
