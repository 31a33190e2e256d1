import type { PreparedGroup, PreparedModel, PreparedRelease } from './prepared-import.js'
import { estimateQueue, MAX_QUEUE_BYTES, type QueueMemory, rowsPerCopy } from './queue-memory.js'

/** Whether foreign keys are there while rows go in, so that the server notes the rows to check. */
export function mayQueue(release: PreparedRelease | null): boolean {
  switch (release?.technique) {
    case 'rebuild':
      return release.keptForeignKeys.length > 0
    case 'replica':
      return false
    default:
      return true
  }
}

/**
 * Warns of foreign keys that take much memory of the server: it notes every row for each of them, and
 * the notes never go to disk. What a COPY can be cut for is no matter. Those that wait:
 * `warnOfDeferral`.
 */
export function warnOfQueue(
  { way, models }: PreparedGroup,
  prepared: readonly PreparedModel[],
): readonly string[] {
  if (way.technique === 'deferred') {
    return []
  }
  const queues = prepared.map((model) => {
    const { untilEnd, untilCommit } = estimateQueue(model)
    const isCut = way.technique === 'checked' && rowsPerCopy(model, MAX_QUEUE_BYTES) !== null
    return { model: model.model, untilEnd: isCut ? 0 : untilEnd, untilCommit }
  })
  const statements =
    way.technique === 'cycle' ? [{ ...sumQueues(queues), model: models.join(', ') }] : queues
  return statements.flatMap((queue) =>
    warnOfMemory(queue, queue.untilEnd > 0 ? 'of a statement until its end' : 'until COMMIT'),
  )
}

/** The same for the models whose foreign keys are checked when all rows of the import are there. */
export function warnOfDeferral(deferred: readonly PreparedModel[]): readonly string[] {
  const model = deferred.map(({ model }) => model).join(', ')
  return warnOfMemory({ ...sumQueues(deferred.map(estimateQueue)), model }, 'until all are there')
}

function warnOfMemory(
  { model, untilEnd, untilCommit }: QueueMemory & { readonly model: string },
  duration: string,
): readonly string[] {
  const bytes = untilEnd + untilCommit
  const megabytes = Math.round(bytes / MEGABYTE)
  return bytes > MAX_QUEUE_BYTES
    ? [
        `PostgreSQL will need about ${megabytes} MB of memory for the foreign-key checks of ${model}: it notes every row ${duration}. A rebuild (--fk-mode rebuild) does not take it.`,
      ]
    : []
}

function sumQueues(queues: readonly QueueMemory[]): QueueMemory {
  return {
    untilEnd: queues.reduce((sum, { untilEnd }) => sum + untilEnd, 0),
    untilCommit: queues.reduce((sum, { untilCommit }) => sum + untilCommit, 0),
  }
}

const MEGABYTE = 1024 * 1024
