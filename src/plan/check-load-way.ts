import type { GyroError } from '../error/gyro-error.js'
import type { Catalog } from '../postgres/catalog.js'
import { MAX_PARAMETER_BYTES } from './load-way.js'
import { describeDatabase, missingPrivilege, unbreakableCycle } from './plan-error.js'
import type { PreparedGroup, PreparedModel } from './prepared-import.js'

/** What stands against loading a group the way that was chosen for it. */
export function checkLoadWay(
  { way, models, cycles }: PreparedGroup,
  prepared: readonly PreparedModel[],
  { canCreateTemporary, role, database }: Catalog,
): readonly GyroError[] {
  const [first] = prepared
  const bytes = prepared.reduce((sum, { source }) => sum + source.bytes, 0)
  const isSmallCycle = way.technique === 'cycle' && bytes <= MAX_PARAMETER_BYTES
  const needsTemporary = way.technique !== 'checked' && !isSmallCycle
  return [
    ...(first !== undefined && needsTemporary && !canCreateTemporary
      ? [
          missingPrivilege(first, role, {
            privilege: 'temporary',
            on: describeDatabase(database),
            for: 'to hold rows in a temporary table before they go in',
          }),
        ]
      : []),
    ...(way.technique === 'two-pass' && way.order.length < models.length
      ? [unbreakableCycle(models, cycles)]
      : []),
  ]
}

/**
 * Warns of foreign keys that take much memory of the server: it notes every row for each of them and
 * checks at the end of a statement. The notes never go to disk.
 */
export function warnOfQueue(
  { way, models }: PreparedGroup,
  prepared: readonly PreparedModel[],
): readonly string[] {
  const queues = prepared.map(({ model, estimatedRows, foreignKeys }) => ({
    model,
    bytes: estimatedRows * foreignKeys.length * BYTES_PER_CHECK,
  }))
  const statements =
    way.technique === 'cycle'
      ? [{ model: models.join(', '), bytes: queues.reduce((sum, { bytes }) => sum + bytes, 0) }]
      : queues
  return statements
    .filter(({ bytes }) => bytes > MAX_QUEUE_BYTES)
    .map(({ model, bytes }) => {
      const megabytes = Math.round(bytes / MEGABYTE)
      return `PostgreSQL will need about ${megabytes} MB of memory for the foreign-key checks of ${model}: it notes every row of a statement until its end.`
    })
}

const BYTES_PER_CHECK = 13
const MEGABYTE = 1024 * 1024
const MAX_QUEUE_BYTES = 512 * MEGABYTE
