import type { GyroError } from '../error/gyro-error.js'
import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import { cannotMeetInCircle } from './conflict-error.js'
import { MAX_PARAMETER_BYTES, type TwoPassWay } from './load-way.js'
import {
  describeDatabase,
  describeTable,
  missingPrivilege,
  unbreakableCycle,
} from './plan-error.js'
import type { PreparedGroup, PreparedModel } from './prepared-import.js'

/** What stands against loading a group the way that was chosen for it. */
export function checkLoadWay(
  group: PreparedGroup,
  prepared: readonly PreparedModel[],
  catalog: Catalog,
): readonly GyroError[] {
  return [
    ...checkTemporary(group, prepared, catalog),
    ...(group.way.technique === 'two-pass'
      ? checkTwoPasses(group.way, group, { prepared, catalog })
      : []),
  ]
}

function checkTemporary(
  { way }: PreparedGroup,
  prepared: readonly PreparedModel[],
  { canCreateTemporary, role, database }: Catalog,
): readonly GyroError[] {
  const [first] = prepared
  const bytes = prepared.reduce((sum, { source }) => sum + source.bytes, 0)
  const isSmallCycle =
    way.technique === 'cycle' && way.rowsFrom === 'parameters' && bytes <= MAX_PARAMETER_BYTES
  const isCopied = way.technique === 'checked' || way.technique === 'deferred'
  const needsTemporary = !isCopied && !isSmallCycle
  return first === undefined || !needsTemporary || canCreateTemporary
    ? []
    : [
        missingPrivilege(first, role, {
          privilege: 'temporary',
          on: describeDatabase(database),
          for: 'to hold rows in a temporary table before they go in',
        }),
      ]
}

function checkTwoPasses(
  { order, filledLater }: TwoPassWay,
  { models, cycles }: PreparedGroup,
  found: { readonly prepared: readonly PreparedModel[]; readonly catalog: Catalog },
): readonly GyroError[] {
  if (order.length < models.length) {
    return [unbreakableCycle(models, cycles)]
  }
  const { prepared, catalog } = found
  const met = prepared.filter(({ conflict }) => conflict !== null)
  if (met.length > 0) {
    return [cannotMeetInCircle(met.map(({ model }) => model))]
  }
  return prepared.flatMap(({ model, table }) => {
    const later = filledLater.find((each) => each.model === model)
    const live = findTable(catalog, table)
    const may =
      later?.key.every((name) => findColumn(live, name)?.canSelect) !== false &&
      later?.columns.every((name) => findColumn(live, name)?.canUpdate) !== false
    return may
      ? []
      : [
          missingPrivilege({ model, table }, catalog.role, {
            privilege: 'select, update',
            on: describeTable(table),
            for: 'to fill in references when all rows are there',
          }),
        ]
  })
}
