import type { GyroError } from '../error/gyro-error.js'
import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import { MAX_PARAMETER_BYTES, type TwoPassWay } from './load-way.js'
import {
  describeDatabase,
  describeTable,
  missingPrivilege,
  unbreakableCycle,
} from './plan-error.js'
import type { PreparedGroup, PreparedModel } from './prepared-import.js'
import { estimateQueue, MAX_QUEUE_BYTES, type QueueMemory, rowsPerCopy } from './queue-memory.js'

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
  const isSmallCycle = way.technique === 'cycle' && bytes <= MAX_PARAMETER_BYTES
  const needsTemporary = way.technique !== 'checked' && !isSmallCycle
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

/**
 * Warns of foreign keys that take much memory of the server: it notes every row for each of them, and
 * the notes never go to disk. What a COPY can be cut for is no matter.
 */
export function warnOfQueue(
  { way, models }: PreparedGroup,
  prepared: readonly PreparedModel[],
): readonly string[] {
  const queues = prepared.map((model) => {
    const { untilEnd, untilCommit } = estimateQueue(model)
    const isCut = way.technique === 'checked' && rowsPerCopy(model, MAX_QUEUE_BYTES) !== null
    return { model: model.model, untilEnd: isCut ? 0 : untilEnd, untilCommit }
  })
  const statements =
    way.technique === 'cycle' ? [{ ...sumQueues(queues), model: models.join(', ') }] : queues
  return statements
    .filter(({ untilEnd, untilCommit }) => untilEnd + untilCommit > MAX_QUEUE_BYTES)
    .map(({ model, untilEnd, untilCommit }) => {
      const megabytes = Math.round((untilEnd + untilCommit) / MEGABYTE)
      const until = untilEnd > 0 ? 'of a statement until its end' : 'until COMMIT'
      return `PostgreSQL will need about ${megabytes} MB of memory for the foreign-key checks of ${model}: it notes every row ${until}. A rebuild (--fk-mode rebuild) does not take it.`
    })
}

function sumQueues(queues: readonly QueueMemory[]): QueueMemory {
  return {
    untilEnd: queues.reduce((sum, { untilEnd }) => sum + untilEnd, 0),
    untilCommit: queues.reduce((sum, { untilCommit }) => sum + untilCommit, 0),
  }
}

const MEGABYTE = 1024 * 1024
