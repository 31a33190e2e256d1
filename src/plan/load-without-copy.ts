import type { GyroError } from '../error/gyro-error.js'
import type { Catalog } from '../postgres/catalog.js'
import { keysNeedCopy } from './key-error.js'
import type { LoadWay } from './load-way.js'
import { describeDatabase, grantTo } from './plan-error.js'
import type { PreparedGroup, PreparedModel } from './prepared-import.js'
import { needsOneStatement } from './queue-memory.js'

/**
 * How a group is loaded where COPY is not to be used: by many INSERTs instead of one COPY, unless all
 * rows have to go in by one statement.
 */
export function loadWithoutCopy(
  group: PreparedGroup,
  models: readonly PreparedModel[],
  catalog: Catalog,
): PreparedGroup {
  const { technique } = group.way
  if (technique !== 'checked' && technique !== 'deferred') return group
  const whole = models.filter(needsOneStatement).map(({ model }) => model)
  if (whole.length === 0) {
    return { ...group, why: `${group.why} Rows go in by INSERT, as COPY is not to be used.` }
  }
  return {
    ...group,
    way: waitForOneStatement(catalog),
    why: `COPY is not to be used, and one statement has to take all rows of ${whole.join(' and ')}, which refer to each other or fire a trigger once: they wait until all are there.`,
  }
}

/** What stands against an import that is not to use COPY: keys that are looked up. */
export function checkWithoutCopy(models: readonly PreparedModel[]): readonly GyroError[] {
  return models
    .filter(({ businessKey, key }) => businessKey !== null || key?.kind === 'custom')
    .map(({ model, strategy }) => keysNeedCopy(model, strategy))
}

function waitForOneStatement({ canCreateTemporary, role, database }: Catalog): LoadWay {
  return canCreateTemporary
    ? { technique: 'staged' }
    : {
        technique: 'cycle',
        rowsFrom: 'parameters',
        grant: grantTo(role, 'temporary', describeDatabase(database)),
      }
}
