import type { DMMF } from '@prisma/generator-helper'
import type { ManifestColumn, ManifestModel } from '../src/manifest/manifest.js'
import { readColumn } from './read-column.js'

type JoinTable = Omit<ManifestModel, 'files'>

/**
 * The tables of implicit many-to-many relations, which the DMMF does not show: it has only the two
 * list fields. Prisma calls the table `_` and the relation's name and lets column `A` refer to the
 * model whose name comes first in byte order, `B` to the other. A relation of a model with itself
 * has a table like any other.
 */
export function readJoinTables(models: readonly DMMF.Model[]): readonly JoinTable[] {
  const relations = new Map<string, RelationSide[]>()
  for (const model of models) {
    for (const field of model.fields.filter(({ kind }) => kind === 'object')) {
      // A name written in the schema counts per pair of models, so that two pairs may use the same.
      const pair = [model.name, field.type].sort()
      const id = JSON.stringify([field.relationName, ...pair])
      relations.set(id, [...(relations.get(id) ?? []), { model, field }])
    }
  }
  return [...relations.values()]
    .filter((sides) => sides.every(({ field }) => field.isList))
    .map(buildJoinTable)
}

interface RelationSide {
  readonly model: DMMF.Model
  readonly field: DMMF.Field
}

/** @param sides Two: Prisma refuses a relation field without its counterpart. */
function buildJoinTable(sides: readonly RelationSide[]): JoinTable {
  const [a, b] = sides.toSorted((one, other) => (one.model.name < other.model.name ? -1 : 1)) as [
    RelationSide,
    RelationSide,
  ]
  const table = `_${a.field.relationName}`
  return {
    name: table,
    kind: 'joinTable',
    schema: a.model.schema,
    table,
    columns: [keyColumn('A', a.model), keyColumn('B', b.model)],
    primaryKey: ['A', 'B'],
    uniques: [],
    businessKey: null,
    strategy: null,
    references: [reference('A', a.model), reference('B', b.model)],
  }
}

/** The column has the type of the key that it refers to and nothing else of it. */
function keyColumn(name: string, target: DMMF.Model): ManifestColumn {
  return {
    ...readColumn(idField(target)),
    field: name,
    column: name,
    default: null,
    headers: [name],
  }
}

function reference(name: string, target: DMMF.Model): ManifestModel['references'][number] {
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
function idField({ fields }: DMMF.Model): DMMF.Field {
  return fields.find(({ isId }) => isId) as DMMF.Field
}
