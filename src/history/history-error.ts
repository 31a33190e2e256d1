import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { adviseOnHolder, describeHolder, type LockHolder } from '../postgres/lock-holder.js'
import type { BatchStatus } from './batch-status.js'

export function newerHistory(
  found: { readonly version: number; readonly toolVersion: string },
  known: number,
): GyroError {
  const { version, toolVersion } = found
  return new GyroError('HISTORY.NEWER', 'The history is of a newer version of prisma-gyro', {
    why: `Version ${toolVersion} has brought the tables of the schema prisma_gyro to version ${version}; this one knows ${known}.`,
    fix: 'Update prisma-gyro, or import with --no-history: then it cannot be undone.',
    meta: { version, toolVersion, known },
  })
}

export function wrongStatus(id: string, from: BatchStatus, to: BatchStatus): GyroError {
  return new GyroError('HISTORY.STATUS', `Batch ${id} cannot become ${to}`, {
    why: `It was ${from}, from where no way leads there, or somebody else has moved it meanwhile.`,
    fix: 'Look at the batch in prisma_gyro.batch, and run the command again if it still applies.',
    meta: { batch: id, from, to },
  })
}

/** @param holder Who works on it; null where it has let go since, or cannot be seen. */
export function batchIsRunning(id: string, holder: LockHolder | null): GyroError {
  return new GyroError('HISTORY.RUNNING', `Batch ${id} is being worked on`, {
    why: `Another connection${describeHolder(holder)} has claimed it.`,
    fix: `Wait for its end, then run the command again.${adviseOnHolder(holder)}`,
    meta: { batch: id, ...holder },
  })
}

export function rowsAppeared(model: string): GyroError {
  return new GyroError('HISTORY.ROWS_APPEARED', `Rows of ${model} appear all the time`, {
    why: 'Another program inserts rows of the import itself: what they were before this one updates them could not be kept.',
    fix: 'Stop the other program and import again: nothing was written. With --no-history it is not kept what rows were.',
    meta: { model },
  })
}

export function noHistory(): GyroError {
  return new GyroError('HISTORY.NONE', 'The database has no history of imports', {
    why: 'There is no table prisma_gyro.batch: nothing was imported into it with a history.',
    fix: 'Check the URL: the batch may be in another database.',
  })
}

export function unknownBatch(wanted: string): GyroError {
  return new GyroError('HISTORY.UNKNOWN_BATCH', `There is no batch ${JSON.stringify(wanted)}`, {
    why: 'No id in the history of this database begins with it.',
    fix: 'Take the id that the import told, or the word "last" for the newest one; and check the URL: the batch may be in another database.',
    meta: { batch: wanted },
  })
}

export function noCompletedBatch(): GyroError {
  return new GyroError('HISTORY.UNKNOWN_BATCH', 'There is no completed batch', {
    why: 'The history of this database holds none, or all of them were rolled back.',
    fix: 'Check the URL: the batch may be in another database.',
    meta: { batch: 'last' },
  })
}

/** @param found The newest first, not all where they are many. */
export function ambiguousBatch(
  wanted: string,
  found: readonly { readonly id: string; readonly name: string; readonly createdAt: string }[],
): GyroError {
  const list = found.map(({ id, name, createdAt }) => `${id} (${name}, ${createdAt})`)
  return new GyroError('HISTORY.AMBIGUOUS_BATCH', `Several batches begin with "${wanted}"`, {
    why: `They are ${list.join(', ')}.`,
    fix: 'Write more of the id.',
    meta: { batch: wanted, found: found.map(({ id }) => id) },
  })
}

export function cannotReadHistory(
  role: string,
  { doing, grants }: { readonly doing: 'read' | 'prune'; readonly grants: readonly string[] },
): GyroError {
  return new GyroError(
    'HISTORY.MISSING_PRIVILEGE',
    `The role "${role}" may not ${doing} the history`,
    {
      why: 'It lacks privileges on the schema prisma_gyro or its tables.',
      fix: ['Let the owner run:', ...grants.map((grant) => `${grant};`)].join('\n'),
      meta: { role, grants },
    },
  )
}

/** What was asked for is gone, on purpose. */
export function batchIsPruned(id: string, prunedAt: string): GyroError {
  return new GyroError('HISTORY.PRUNED', `Batch ${id} was pruned`, {
    why: `Its keys and what rows were before it were dropped at ${prunedAt}: nobody can look up its keys or roll it back any more.`,
    fix: 'Look at what is left with: prisma-gyro history <batch>. To keep more next time, prune with a longer --older-than.',
    meta: { batch: id, prunedAt },
  })
}

export function unknownBatchModel(
  model: string,
  { batch, known }: { readonly batch: string; readonly known: readonly string[] },
): GyroError {
  const names = known.length === 0 ? 'It holds no models.' : `Its models are ${known.join(', ')}.`
  return new GyroError('HISTORY.UNKNOWN_MODEL', `Batch ${batch} has no model "${model}"`, {
    why: names,
    fix: `${didYouMean(model, known)}Take the name that the Prisma schema has, and check the batch.`,
    meta: { model, batch, known },
  })
}

/** There is nothing that could be listed or looked up. */
export function noKeyMap(
  model: string,
  { why, fix }: { readonly why: string; readonly fix: string },
): GyroError {
  return new GyroError('HISTORY.NO_KEY_MAP', `There is no list of the keys of ${model}`, {
    why,
    fix,
    meta: { model },
  })
}

/** The connection ended while the history was read or pruned. */
export function historyConnectionLost(cause: unknown): GyroError {
  return new GyroError('POSTGRES.CONNECTION_LOST', 'The connection to the server was lost', {
    why: 'The server or the network ended it while the history was read or pruned.',
    fix: 'Check that the server runs, then run the command again: what was pruned already stays as it is.',
    cause,
  })
}

/** The server refused a statement about the history, for a reason that only it knows. */
export function historyRefused(cause: {
  readonly code: string
  readonly message: string
}): GyroError {
  const { code, message } = cause
  return new GyroError('POSTGRES.REFUSED', 'PostgreSQL refused a statement about the history', {
    why: `The server said: ${message} (SQLSTATE ${code}).`,
    fix: 'Cure what it says, then run the command again: nothing was changed.',
    meta: { sqlstate: code },
    cause,
  })
}
