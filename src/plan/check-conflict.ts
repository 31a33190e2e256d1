import type { GyroError } from '../error/gyro-error.js'
import type { ManifestModel } from '../manifest/manifest.js'
import { type Catalog, type CatalogTable, findColumn } from '../postgres/catalog.js'
import type { SourceConflict } from './conflict.js'
import { cannotUpdate, unusableTarget } from './conflict-error.js'
import { identifierOf } from './identifier-of.js'
import type { PickedKey } from './pick-key.js'
import { describeTable, type ModelPlace, missingColumn, missingPrivilege } from './plan-error.js'
import type { SourceModel } from './source-model.js'

interface ConflictContext {
  readonly catalog: Catalog
  readonly keys: ReadonlyMap<string, PickedKey>
  /** By model. */
  readonly sources: ReadonlyMap<string, SourceModel>
}

/** What stands against meeting the rows of a model that are there. */
export function checkConflict(
  source: SourceModel,
  { live, place }: { readonly live: CatalogTable; readonly place: ModelPlace },
  context: ConflictContext,
): readonly GyroError[] {
  const { conflict } = source
  if (conflict === null) {
    return []
  }
  return [
    ...checkTarget(source, conflict, place),
    ...checkUpdated(source, conflict),
    ...checkFollowers(source, conflict, context),
    ...checkPrivileges(source, conflict, { live, place, role: context.catalog.role }),
  ]
}

/** The file must have what the index looks at. */
function checkTarget(
  { model, columns }: SourceModel,
  { fields, index }: SourceConflict,
  place: ModelPlace,
): readonly GyroError[] {
  const names = model.columns.filter(({ field }) => fields.includes(field))
  const wanted = [...names.map(({ column }) => column), ...(index?.usedColumns ?? [])]
  const why = `Rows of ${model.name} that are there are told by ${fields.join(', ')}${index?.predicate == null ? '' : `, those of the index "${index.name}"`}.`
  return [...new Set(wanted)]
    .filter((name) => !columns.some(({ column }) => column.column === name))
    .map((name) => missingColumn(place, { name, why }))
}

/** Fields that were listed: of the file, and none that tell the row. */
function checkUpdated(
  { model, columns }: SourceModel,
  { columns: listed, fields }: SourceConflict,
): readonly GyroError[] {
  return (listed ?? []).flatMap((field) => {
    if ([...identifierOf(model), ...fields].includes(field)) {
      return [cannotUpdate(model.name, field, 'It is part of what tells the row that is there.')]
    }
    return columns.some(({ column }) => column.field === field)
      ? []
      : [cannotUpdate(model.name, field, 'The file has no column for it.')]
  })
}

/** Rows that refer to one that is there by another key than that of its row in the file would be lost. */
function checkFollowers(
  { model }: SourceModel,
  { fields, isMatched }: SourceConflict,
  { sources, keys }: ConflictContext,
): readonly GyroError[] {
  const identifier = identifierOf(model)
  const isKey = fields.length === identifier.length && fields.every((f) => identifier.includes(f))
  if (isMatched || (isKey && !hasNewPart(keys.get(model.name)))) {
    return []
  }
  const follower = [...sources.values()].find((other) => refersTo(other, model))
  return follower === undefined
    ? []
    : [
        unusableTarget(
          model.name,
          fields,
          `${follower.model.name} refers to its rows by a key that cannot become that of another row`,
        ),
      ]
}

function hasNewPart(picked: PickedKey | undefined): boolean {
  return picked !== undefined && picked.key.kind !== 'hashed'
}

/** Whether the file has a reference to the model by what is no part of the fields it is met by. */
function refersTo({ model, columns }: SourceModel, target: ManifestModel): boolean {
  return model.references.some(
    (reference) =>
      reference.target === target.name &&
      reference.fields.every((field) => columns.some(({ column }) => column.field === field)),
  )
}

/** ON CONFLICT reads the columns of its target, what it compares, and what a predicate looks at. */
function checkPrivileges(
  source: SourceModel,
  { action, fields, index, columns: listed }: SourceConflict,
  at: { readonly live: CatalogTable; readonly place: ModelPlace; readonly role: string },
): readonly GyroError[] {
  const { live, place, role } = at
  const columnsOf = (names: readonly string[]) =>
    source.model.columns
      .filter(({ field }) => names.includes(field))
      .map(({ column }) => findColumn(live, column))
  const fixed = [...identifierOf(source.model), ...fields]
  const inFile = source.columns.map(({ column }) => column.field)
  const updated = (listed ?? inFile).filter((field) => !fixed.includes(field))
  const readsAll = action === 'update' || index?.predicate != null
  const mayRead = readsAll
    ? live.canSelect
    : columnsOf(fields).every((column) => column?.canSelect !== false)
  const mayUpdate =
    action === 'skip' || columnsOf(updated).every((column) => column?.canUpdate !== false)
  const missing = (privilege: string, reason: string) =>
    missingPrivilege(place, role, { privilege, on: describeTable(live), for: reason })
  return [
    ...(mayRead ? [] : [missing('select', 'to find rows that are there')]),
    ...(mayUpdate ? [] : [missing('update', 'to update rows that are there')]),
  ]
}
