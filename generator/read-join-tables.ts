import type { ManifestColumn, ManifestReference } from '../src/manifest/manifest.js'
import { sharedJoinTable } from './generator-error.js'
import { readColumn } from './read-column.js'
import { type ReadModel, readTable } from './read-model.js'
import type { ModelField } from './restore-field.js'
import type { SchemaModel } from './restore-models.js'

/**
 * The tables of implicit many-to-many relations, which the DMMF does not show: it has only the two
 * list fields. Prisma calls the table `_` and the relation's name and lets column `A` refer to the
 * model whose name comes first in byte order, `B` to the other. A relation of a model with itself
 * has a table like any other.
 *
 * @throws {GyroError} `GENERATOR.SHARED_JOIN_TABLE` when two would have the same table.
 */
export function readJoinTables(models: readonly SchemaModel[]): readonly ReadModel[] {
  const relations = new Map<string, RelationSide[]>()
  for (const model of models) {
    for (const field of model.fields.filter(({ kind }) => kind === 'object')) {
      // A name written in the schema counts per pair of models, so that two pairs may use the same.
      const pair = [model.name, field.type].sort()
      const id = JSON.stringify([field.relationName, ...pair])
      const sides = relations.get(id) ?? []
      relations.set(id, sides)
      sides.push({ model, field })
    }
  }
  const tables = [...relations.values()]
    .filter((sides) => sides.every(({ field }) => field.isList))
    .map(buildJoinTable)
  return tables.map((table) => renameTwin(table, tables))
}

/**
 * Two relations may have one name. In two schemas these are two tables, told apart as `schema._name`;
 * in one schema Prisma makes but one, which holds neither relation.
 */
function renameTwin(table: ReadModel, tables: readonly ReadModel[]): ReadModel {
  const twins = tables.filter((other) => other !== table && other.name === table.name)
  if (twins.length === 0) {
    return table
  }
  const sharing = twins.find(({ schema }) => schema === table.schema)
  if (sharing !== undefined) {
    const targetsOf = ({ references }: ReadModel) => references.map(({ target }) => target)
    throw sharedJoinTable(table.table, [targetsOf(sharing), targetsOf(table)])
  }
  const name = `${table.schema}.${table.name}`
  return { ...table, name, fileNames: [[], [name], ...table.fileNames.slice(2)] }
}

interface RelationSide {
  readonly model: SchemaModel
  readonly field: ModelField
}

/** @param sides Two: Prisma refuses a relation field without its counterpart. */
function buildJoinTable(sides: readonly RelationSide[]): ReadModel {
  const [a, b] = sides.toSorted((one, other) => (one.model.name < other.model.name ? -1 : 1)) as [
    RelationSide,
    RelationSide,
  ]
  const name = `_${a.field.relationName}`
  return {
    name,
    kind: 'joinTable',
    ...readTable(name, a.model.schema, name),
    columns: [keyColumn('A', a.model), keyColumn('B', b.model)],
    relationFields: [],
    primaryKey: ['A', 'B'],
    uniques: [],
    businessKey: null,
    strategy: null,
    references: [reference('A', a.model), reference('B', b.model)],
  }
}

/** The column has the type of the key that it refers to and nothing else of it. */
function keyColumn(name: string, target: SchemaModel): ManifestColumn {
  return {
    ...readColumn(idField(target)),
    field: name,
    column: name,
    default: null,
    isHidden: false,
    headers: [name],
  }
}

function reference(name: string, target: SchemaModel): ManifestReference {
  return {
    name,
    fields: [name],
    target: target.name,
    targetFields: [idField(target).name],
    isNullable: false,
    origin: 'relation',
  }
}

/** Prisma refuses an implicit many-to-many relation of a model without a single-column `@id`. */
function idField({ fields }: SchemaModel): ModelField {
  return fields.find(({ isId }) => isId) as ModelField
}
