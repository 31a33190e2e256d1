import type { DMMF } from '@prisma/generator-helper'
import { InternalError } from '../src/error/internal-error.js'
import { fieldsOf, findArgument, textOf } from './parse-attributes.js'
import { type ModelField, restoreField, type SchemaNames } from './restore-field.js'
import { type SchemaBlock, type SchemaText, schemaOf } from './scan-schema.js'

/** The parts of the DMMF that the manifest is made of. */
export type Datamodel = Pick<DMMF.Datamodel, 'models' | 'enums'>

/** A model of the schema with all of its fields. */
export interface SchemaModel
  extends Pick<DMMF.Model, 'name' | 'dbName' | 'schema' | 'primaryKey' | 'uniqueFields'> {
  /** In schema order. */
  readonly fields: readonly ModelField[]
  /** Why it is never loaded: it is a view, or Prisma ignores it. Null for a model like any other. */
  readonly excluded: 'view' | 'ignored' | null
}

/**
 * The models of a schema. The DMMF does not show all of them: a view looks like a table, `@@ignore`
 * models are missing, and so are the fields that Prisma Client does not know. What it hides is put
 * back from the text of the schema.
 */
export function restoreModels(
  { models, enums }: Datamodel,
  { blocks }: SchemaText,
): readonly SchemaModel[] {
  const known = new Map(models.map((model) => [model.name, model]))
  const own = blocks.filter(({ kind }) => kind === 'model' || kind === 'view')
  const names: SchemaNames = {
    models: new Set(own.map(({ name }) => name)),
    enums: new Set(enums.map(({ name }) => name)),
  }
  const restored = own.map((block) => restoreModel(block, known.get(block.name), names))
  const lost = models.find(({ name }) => !names.models.has(name))
  if (lost !== undefined) {
    throw new InternalError(`The text of the schema has no model ${lost.name}`)
  }
  return restored
}

type Head = Omit<SchemaModel, 'fields' | 'excluded'>

function restoreModel(
  block: SchemaBlock,
  model: DMMF.Model | undefined,
  names: SchemaNames,
): SchemaModel {
  const shown = new Map<string, DMMF.Field>()
  for (const field of model?.fields ?? []) {
    shown.set(field.name, field)
  }
  const fields = block.fields.map(
    (field): ModelField => shown.get(field.name) ?? restoreField(field, block.name, names),
  )
  const unloaded = model === undefined ? 'ignored' : null
  return {
    ...(model ?? restoreHead(block)),
    fields,
    excluded: block.kind === 'view' ? 'view' : unloaded,
  }
}

function restoreHead(block: SchemaBlock): Head {
  const { name, attributes } = block
  const id = fieldsOf(findArgument(attributes, 'id', KEY_FIELDS))
  return {
    name,
    dbName: textOf(findArgument(attributes, 'map', [null, 'name'])),
    schema: schemaOf(block),
    primaryKey: id.length === 0 ? null : { name: null, fields: [...id] },
    uniqueFields: attributes
      .filter((attribute) => attribute.name === 'unique')
      .map((attribute) => [...fieldsOf(findArgument([attribute], 'unique', KEY_FIELDS))]),
  }
}

const KEY_FIELDS = [null, 'fields']
