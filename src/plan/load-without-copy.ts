import type { Catalog } from '../postgres/catalog.js'
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
  { catalog, throughClient }: { readonly catalog: Catalog; readonly throughClient: boolean },
): PreparedGroup {
  const { technique } = group.way
  if (technique !== 'checked' && technique !== 'deferred') return group
  const whole = models.filter(needsOneStatement).map(({ model }) => model)
  if (whole.length === 0) {
    const how = throughClient
      ? 'by createMany of the Prisma Client'
      : 'by INSERT, as COPY is not to be used'
    return { ...group, why: `${group.why} Rows go in ${how}.` }
  }
  return {
    ...group,
    way: waitForOneStatement(catalog),
    why: `COPY is not to be used, and one statement has to take all rows of ${whole.join(' and ')}, which refer to each other or fire a trigger once: they wait until all are there.`,
  }
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
