import { GyroError } from '../error/gyro-error.js'
import type { BatchStatus } from '../history/batch-status.js'

/** Where an import that commits in chunks stopped. */
export interface StoppedAt {
  readonly batch: string
  /** Rows that are committed; null where nobody could be asked. */
  readonly rows: number | null
}

/** An import that failed after its first chunk. */
export function stoppedMidway(failure: GyroError, at: StoppedAt): GyroError {
  const { code, summary, details } = failure
  return new GyroError('IMPORT.STOPPED', `The import stopped midway: ${summary}`, {
    why: `${details.why} ${describeCommitted(at)}`,
    fix: `When the cause is gone and no file had to change, go on with: prisma-gyro resume ${at.batch}. Else undo it with: prisma-gyro rollback ${at.batch}, and import again.`,
    meta: { ...details.meta, ...at, failure: code },
    cause: failure,
  })
}

/** An import that was asked to stop after its first chunk. */
export function interruptedMidway(at: StoppedAt): GyroError {
  return new GyroError('IMPORT.INTERRUPTED', 'The import was stopped midway', {
    why: `It was asked to stop. ${describeCommitted(at)}`,
    fix: `Go on with: prisma-gyro resume ${at.batch}, or undo it with: prisma-gyro rollback ${at.batch}.`,
    meta: { ...at },
  })
}

function describeCommitted({ rows }: StoppedAt): string {
  return rows === null
    ? 'The chunks that were committed before stay.'
    : `${rows} rows are committed and stay.`
}

/** @param why What the history said: it may name statements for an administrator. */
export function chunksNeedHistory(why: readonly string[]): GyroError {
  return new GyroError('IMPORT.CHUNKS_NEED_HISTORY', 'Chunks cannot be committed one by one', {
    why: `How far the import has come is kept in the schema prisma_gyro, with the rows. ${why.join(' ')}`,
    fix: 'Let the role write the history, or import without --commit chunk: all rows in one transaction.',
  })
}

/** @param sign By what the URL seems to lead to a connection pooler. */
export function chunksNeedSession(sign: string): GyroError {
  return new GyroError('IMPORT.CHUNKS_NEED_SESSION', 'Chunks need a connection of their own', {
    why: `Between two chunks the import keeps others away by a lock of its session; a connection pooler (${sign}) may hand that to somebody else.`,
    fix: 'Give the direct URL of the server with --url, or import without --commit chunk.',
    meta: { sign },
  })
}

export function sessionLost(): GyroError {
  return new GyroError('IMPORT.SESSION_LOST', 'The import lost its session', {
    why: 'Another process of the server answered than the one that keeps others away: a connection pooler may be in between.',
    fix: 'Use the direct URL of the server.',
  })
}

/** A batch that nothing is left to do for, or that cannot go on. */
export function notResumable(
  batch: string,
  reason: BatchStatus | 'once' | 'nothing written',
): GyroError {
  const [why, fix] = WHY_NOT[reason] ?? WHY_NOT['nothing written']
  return new GyroError('IMPORT.NOT_RESUMABLE', `Batch ${batch} cannot be resumed`, {
    why,
    fix,
    meta: { batch, reason },
  })
}

const WHY_NOT: { readonly 'nothing written': readonly [string, string] } & {
  readonly [Reason in BatchStatus | 'once']?: readonly [string, string]
} = {
  COMPLETED: ['It is complete: all its rows are there.', 'There is nothing left to do.'],
  ROLLED_BACK: ['It was rolled back: its rows are gone.', 'Import the files again.'],
  once: [
    'It was one transaction, of which nothing stays when it fails.',
    'Import the files again; with --commit chunk an import can be resumed.',
  ],
  'nothing written': [
    'It failed before its first chunk: nothing of it was written.',
    'Import the files again.',
  ],
}

/** @param changed Names of files, each with what is wrong with it. */
export function filesDiffer(
  batch: string,
  changed: readonly { readonly file: string; readonly is: string }[],
): GyroError {
  const list = changed.map(({ file, is }) => `${file} ${is}`)
  return new GyroError('IMPORT.FILES_DIFFER', `The files of batch ${batch} are not the same`, {
    why: `${list.join('; ')}. Rows that are in the database already are told by their place in the files.`,
    fix: `Put the files back as they were, or name their folder with --from. If they have to change, undo what is there with: prisma-gyro rollback ${batch}, and import again.`,
    meta: { batch, changed },
  })
}

export function manifestDiffers(batch: string): GyroError {
  return new GyroError('IMPORT.MANIFEST_DIFFERS', `Batch ${batch} is of another manifest`, {
    why: 'The Prisma schema has changed since the import began: its models may mean other columns.',
    fix: `Use the manifest of that time with --manifest, or undo what is there with: prisma-gyro rollback ${batch}, and import again.`,
    meta: { batch },
  })
}

/** @param toolVersion Of the import. */
export function planDiffers(batch: string, toolVersion: string): GyroError {
  return new GyroError('IMPORT.PLAN_DIFFERS', `Batch ${batch} would go on differently`, {
    why: `The tables, their constraints or what the role may do have changed since the import began, or another version than ${toolVersion} works on it: rows would be loaded another way than those before.`,
    fix: `Put the database back as it was and use prisma-gyro ${toolVersion}, or undo what is there with: prisma-gyro rollback ${batch}, and import again.`,
    meta: { batch, toolVersion },
  })
}
