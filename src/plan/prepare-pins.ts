import type { GyroError } from '../error/gyro-error.js'
import { normalizeKey } from '../keys/key-spelling.js'
import type { ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import { findSpelling } from './find-key-shape.js'
import { identifierOf } from './identifier-of.js'
import { cannotPin } from './key-error.js'
import { targetsOf } from './key-roles.js'
import { type ManifestTables, tableOf } from './manifest-tables.js'
import { describeTable, missingPrivilege } from './plan-error.js'
import type { PreparedPin } from './prepared-key.js'

/** The row that stands for all rows of a model. */
export interface Pin {
  /** The Prisma name of its key; null when that is not said. */
  readonly field: string | null
  /** The key, as text. */
  readonly value: string
}

/**
 * Finds the columns that pinned models have their keys in, whether they have a file or not.
 *
 * @param pins By model.
 */
export function preparePins(
  pins: ReadonlyMap<string, Pin>,
  { tables, catalog }: { readonly tables: ManifestTables; readonly catalog: Catalog },
): { readonly pins: readonly PreparedPin[]; readonly problems: readonly GyroError[] } {
  const prepared: PreparedPin[] = []
  const problems: GyroError[] = []
  for (const [name, pin] of pins) {
    const model = tables.models.get(name) as ManifestModel
    const found = preparePin(model, pin, { tables, catalog })
    if ('key' in found) prepared.push(found)
    else problems.push(found)
  }
  return { pins: prepared, problems }
}

function preparePin(
  model: ManifestModel,
  { field, value }: Pin,
  { tables, catalog }: { readonly tables: ManifestTables; readonly catalog: Catalog },
): PreparedPin | GyroError {
  const { name } = model
  const [own, ...others] = identifierOf(model)
  if (own === undefined || others.length > 0 || targetsOf(model, own).length > 0) {
    return cannotPin(name, 'it has no key of one column that refers to no other row')
  }
  if (field !== null && field !== own) {
    return cannotPin(name, `its key is ${own}, not ${field}`)
  }
  const table = tableOf(model, tables)
  const { column } = model.columns.find(({ field: each }) => each === own) as ManifestColumn
  const live = findColumn(findTable(catalog, table), column)
  const spelling = live === undefined ? null : findSpelling(live)
  const key = spelling === null ? null : normalizeKey(spelling, value)
  if (live === undefined || key === null) {
    return cannotPin(name, `the value is no key for the type ${live?.type ?? 'of its column'}`)
  }
  if (!live.canSelect) {
    const reason = 'to see that the row is there'
    const select = { privilege: 'select', on: describeTable(table), for: reason }
    return missingPrivilege({ model: name, table }, catalog.role, select)
  }
  return { model: name, field: own, table, column, type: live.type, key }
}
