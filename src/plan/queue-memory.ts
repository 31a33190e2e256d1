import type { CatalogForeignKey } from '../postgres/catalog-foreign-key.js'
import { isSameTable } from '../postgres/identifier.js'
import type { PreparedModel } from './prepared-import.js'

/**
 * What PostgreSQL notes of a row for each foreign key: in memory alone, until the end of the statement,
 * or until COMMIT where the check is deferred. A reference that is NULL is noted too.
 */
const BYTES_PER_CHECK = 13

/** The most memory of the server that the checks of one COPY are to take, where it can be cut. */
export const MAX_QUEUE_BYTES = 512 * 1024 * 1024

/** Bytes that the checks of a model take, by when they are done. */
export interface QueueMemory {
  readonly untilEnd: number
  readonly untilCommit: number
}

/** Estimates what the foreign-key checks of all rows of a model take when one statement loads them. */
export function estimateQueue({ estimatedRows, foreignKeys }: PreparedModel): QueueMemory {
  const deferred = foreignKeys.filter(isDeferred).length
  return {
    untilEnd: estimatedRows * (foreignKeys.length - deferred) * BYTES_PER_CHECK,
    untilCommit: estimatedRows * deferred * BYTES_PER_CHECK,
  }
}

/**
 * How many rows may go into the table of a model by one COPY, so that their checks take no more than
 * `maxBytes`. Null when one COPY has to take them all: a row may refer to one further down, or a
 * trigger is to fire once; and when nothing is checked at its end.
 */
export function rowsPerCopy(model: PreparedModel, maxBytes: number): number | null {
  const checks = model.foreignKeys.filter((key) => !isDeferred(key)).length
  return needsOneStatement(model) || checks === 0
    ? null
    : Math.max(1, Math.floor(maxBytes / BYTES_PER_CHECK / checks))
}

/** Whether a row may refer to one further down, or a trigger is to fire once. */
export function needsOneStatement(model: PreparedModel): boolean {
  return refersToItself(model) || model.triggers.some(({ level }) => level === 'statement')
}

/** Partitions are of the table too. */
function refersToItself({ table, partitions, foreignKeys }: PreparedModel): boolean {
  return foreignKeys.some(({ target, targetRoot }) =>
    [table, ...partitions].some((own) => isSameTable(own, target) || isSameTable(own, targetRoot)),
  )
}

function isDeferred({ deferral }: CatalogForeignKey): boolean {
  return deferral === 'initial'
}
