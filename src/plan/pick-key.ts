import type { ManifestModel } from '../manifest/manifest.js'
import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import { targetsOf } from './key-roles.js'
import type { PreparedKey } from './prepared-import.js'
import type { SourceModel } from './source-model.js'

/** The key of a model that gets new values. */
export interface PickedKey {
  /** The Prisma name. */
  readonly field: string
  readonly key: PreparedKey
}

/**
 * Which field of a model gets new ids under `sequential`: the integer that is its key alone, or that
 * part of a composite key that a sequence numbers. Fields that refer to other rows follow those, and
 * keys of other types keep their values, as do the other parts of composite keys. Null when there is
 * none, or when the file leaves the key to the database.
 */
export function pickKey(source: SourceModel, catalog: Catalog): PickedKey | null {
  const { model, strategy, table } = source
  if (strategy === 'none') {
    return null
  }
  const identifier = identifierOf(model)
  const mayRepeat = identifier.length > 1
  for (const field of identifier.filter((name) => targetsOf(model, name).length === 0)) {
    const matched = source.columns.find(({ column }) => column.field === field)
    const live = matched && findColumn(findTable(catalog, table), matched.column.column)
    if (!matched || !live || live.highest === null) continue
    if (mayRepeat && live.sequence === null) continue
    return {
      field,
      key: {
        column: live.name,
        index: matched.index,
        header: matched.header,
        highest: live.highest,
        sequence: live.sequence,
        isReadable: live.canSelect,
        mayRepeat,
      },
    }
  }
  return null
}

/** The fields that identify a row: the primary key, else the first unique that no row may lack. */
function identifierOf({ primaryKey, uniques, columns }: ManifestModel): readonly string[] {
  const required = columns.filter(({ isRequired }) => isRequired).map(({ field }) => field)
  const unique = uniques.find((fields) => fields.every((field) => required.includes(field)))
  return primaryKey ?? unique ?? []
}
