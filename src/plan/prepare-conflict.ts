import { type CatalogTable, findColumn } from '../postgres/catalog.js'
import type { UniqueIndex } from '../postgres/unique-index.js'
import type { PreparedConflict, SourceConflict, UpdatedColumn } from './conflict.js'
import { identifierOf } from './identifier-of.js'
import type { PickedKey } from './pick-key.js'
import type { PreparedColumn, PreparedMade } from './prepared-column.js'
import type { SourceModel } from './source-model.js'
import { isWithoutEquality } from './value-type.js'

interface LoadedColumns {
  readonly columns: readonly PreparedColumn[]
  readonly made: readonly PreparedMade[]
  readonly picked: PickedKey | null
}

/**
 * What the INSERT of a model says of rows that are there; null where it says nothing: a match has left
 * them out.
 */
export function prepareConflict(
  source: SourceModel,
  loaded: LoadedColumns,
  live: CatalogTable | undefined,
): PreparedConflict | null {
  const { conflict } = source
  if (conflict === null || (conflict.isMatched && conflict.action === 'skip')) {
    return null
  }
  const { action, index, isMatched } = conflict
  const updated = action === 'update' ? listUpdated(source, conflict, { ...loaded, live }) : []
  const { picked } = loaded
  // A matched row has the key that it has there, and one that is not there has one that no row has;
  // where keys are kept, the key of another row must be in the way of it.
  const isNew = picked?.key.kind === 'matched' && picked.key.otherwise !== null
  if (picked !== null && isMatched && (isNew || index === null || index.isDeferrable)) {
    return { action, target: [picked.key.column], predicate: null, nullsEqual: false, updated }
  }
  const { columns: target, predicate, nullsEqual } = index as UniqueIndex
  return { action, target, predicate, nullsEqual, updated }
}

/** What a row that is there takes from the file: never its key, nor what tells it. */
function listUpdated(
  { model }: SourceModel,
  { fields, columns: listed }: SourceConflict,
  { columns, made, live }: LoadedColumns & { readonly live: CatalogTable | undefined },
): readonly UpdatedColumn[] {
  const fixed = [...identifierOf(model), ...fields]
  const updated = columns
    .filter(({ role }) => role.kind !== 'drop')
    .filter(({ field }) => !fixed.includes(field) && (listed?.includes(field) ?? true))
    .filter(({ column }) => findColumn(live, column)?.isIdentity !== true)
    .map(({ column }): UpdatedColumn => {
      const type = findColumn(live, column)?.valueType
      return { column, compare: type && isWithoutEquality(type) ? 'text' : 'value' }
    })
  const stamps = made
    .filter(({ value }) => value.kind === 'timestamp' && value.isUpdatedAt)
    .map(({ column }): UpdatedColumn => ({ column, compare: 'not' }))
  return updated.length === 0 ? [] : [...updated, ...stamps]
}
