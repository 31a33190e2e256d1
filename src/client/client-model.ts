import type { Manifest, ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { type TableName, tableKey } from '../postgres/identifier.js'
import { DB_NULL, READ_VALUE, type ReadValue, Uncarried } from './client-value.js'

/** A model whose rows Prisma Client writes. */
export interface ClientModel {
  /** The Prisma name. */
  readonly model: string
  /** By database name. */
  readonly fields: ReadonlyMap<string, ClientField>
  /** Fields that the Client would fill by a clock of its own where they are absent. */
  readonly timed: readonly ClientField[]
}

/** A field as Prisma Client has it. */
export interface ClientField {
  /** The Prisma name. */
  readonly field: string
  readonly column: string
  readonly type: ManifestColumn['type']
  readonly isList: boolean
  /** Of the text that PostgreSQL has for a value; null is NULL. Undefined is to be left out. */
  read(text: string | null): unknown
}

/**
 * The models of a manifest that have a delegate, by the `tableKey` of their table: all but join tables.
 *
 * @param schema Of the models that name none.
 * @param names The models that are wanted.
 */
export function indexClientModels(
  manifest: Manifest,
  schema: string,
  names: readonly string[],
): ReadonlyMap<string, ClientModel> {
  return new Map(
    manifest.models.flatMap((model) =>
      model.kind === 'model' && names.includes(model.name)
        ? [[tableKey(tableOf(model, schema)), buildModel(model, manifest)] as const]
        : [],
    ),
  )
}

function tableOf(model: ManifestModel, schema: string): TableName {
  return { schema: model.schema ?? schema, table: model.table }
}

function buildModel({ name, columns }: ManifestModel, manifest: Manifest): ClientModel {
  const known = columns.filter(({ isHidden }) => !isHidden)
  const fields = known.map((column) => [column.column, buildField(column, manifest)] as const)
  const isTimed = (column: ManifestColumn) =>
    column.type === 'DateTime' && column.default?.by === 'database' && column.default.make === 'now'
  return {
    model: name,
    fields: new Map(fields),
    timed: known.filter(isTimed).map((column) => buildField(column, manifest)),
  }
}

function buildField(column: ManifestColumn, manifest: Manifest): ClientField {
  const { field, type, isList } = column
  const readOne = readerOf(column, manifest)
  const readAll: ReadValue = (text) => readList(text, readOne)
  const absent = absentOf(column)
  const read = isList ? readAll : readOne
  return {
    field,
    column: column.column,
    type,
    isList,
    read: (text) => (text === null ? absent : read(text)),
  }
}

/** What NULL is. A list cannot be null: one that is left out is NULL, unless it has a default. */
function absentOf({ type, isList, default: made }: ManifestColumn): unknown {
  if (!isList) return type === 'Json' ? DB_NULL : null
  return made === null ? undefined : new Uncarried('NULL where a list has a default')
}

function readerOf({ type, enum: name }: ManifestColumn, { enums }: Manifest): ReadValue {
  if (type === 'Enum') {
    const values = enums.find((each) => each.name === name)?.values ?? []
    const names = new Map(values.map((each) => [each.value, each.name]))
    return (text) => names.get(text) ?? new Uncarried('a value of an enum that the schema lacks')
  }
  return type === 'Unsupported' ? (text) => text : READ_VALUE[type]
}

/** @param text A JSON array of the texts that PostgreSQL has for the elements. */
function readList(text: string, read: ReadValue): unknown {
  const elements: unknown = JSON.parse(text)
  if (!Array.isArray(elements) || !elements.every((element) => typeof element === 'string')) {
    return new Uncarried(
      'a list with a NULL in it, of several dimensions, or that begins elsewhere',
    )
  }
  const values = elements.map(read)
  return values.find((value) => value instanceof Uncarried) ?? values
}
