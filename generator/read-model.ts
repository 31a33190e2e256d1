import type { DMMF } from '@prisma/generator-helper'
import type { ManifestModel, ManifestReference } from '../src/manifest/manifest.js'
import { readColumn } from './read-column.js'

/** A model as its table: relation fields become references, or nothing on the side without columns. */
export function readModel(model: DMMF.Model): Omit<ManifestModel, 'files'> {
  const fields = model.fields.filter(({ kind }) => kind !== 'object')
  return {
    name: model.name,
    kind: 'model',
    schema: model.schema,
    table: model.dbName ?? model.name,
    columns: fields.map(readColumn),
    primaryKey: readPrimaryKey(model),
    uniques: readUniques(model),
    businessKey: null,
    strategy: null,
    references: readReferences(model),
  }
}

function readPrimaryKey({ primaryKey, fields }: DMMF.Model): readonly string[] | null {
  const id = fields.find(({ isId }) => isId)
  return primaryKey?.fields ?? (id === undefined ? null : [id.name])
}

function readUniques({ fields, uniqueFields }: DMMF.Model): readonly (readonly string[])[] {
  return [...fields.filter(({ isUnique }) => isUnique).map(({ name }) => [name]), ...uniqueFields]
}

/** The side of a relation that has the columns lists them; the other side lists none. */
function readReferences({ fields }: DMMF.Model): readonly ManifestReference[] {
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
