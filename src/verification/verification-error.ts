import { GyroError } from '../error/gyro-error.js'
import type { BatchStatus } from '../history/batch-status.js'

export function notCompleted(batch: string, status: BatchStatus): GyroError {
  const [why, fix] =
    status === 'ROLLED_BACK'
      ? ['It was rolled back: its rows are gone.', 'There is nothing to compare.']
      : [
          `Its status is ${status}: not all of its rows are there.`,
          `Go on with it first: prisma-gyro resume ${batch}, or undo it: prisma-gyro rollback ${batch}.`,
        ]
  return new GyroError('VERIFY.NOT_COMPLETED', `Batch ${batch} cannot be verified`, {
    why,
    fix,
    meta: { batch, status },
  })
}

export function otherManifest(batch: string): GyroError {
  return new GyroError('VERIFY.OTHER_MANIFEST', `Batch ${batch} is of another manifest`, {
    why: 'The Prisma schema has changed since the import: its models may mean other columns.',
    fix: 'Use the manifest of that time with --manifest.',
    meta: { batch },
  })
}

/** @param given What the rows came from. */
export function noFiles(batch: string, given: 'rows of a program' | 'a stream'): GyroError {
  return new GyroError('VERIFY.NO_FILES', `Batch ${batch} has no files to be compared with`, {
    why: `It was imported from ${given}, of which nothing is kept.`,
    fix:
      given === 'a stream'
        ? `Put what was read into a folder and name that: prisma-gyro verify ${batch} <dir>.`
        : 'Only imports of files can be verified.',
    meta: { batch },
  })
}

/** @param changed Names of files, each with what is wrong with it. */
export function filesDiffer(
  batch: string,
  changed: readonly { readonly file: string; readonly is: string }[],
): GyroError {
  const list = changed.map(({ file, is }) => `${file} ${is}`)
  return new GyroError('VERIFY.FILES_DIFFER', `The files are not those of batch ${batch}`, {
    why: `${list.join('; ')}. The history has the SHA-256 of what was imported.`,
    fix: `Name the folder with the files as they were: prisma-gyro verify ${batch} <dir>.`,
    meta: { batch, changed },
  })
}

/** @param cause What a rollback would say. */
export function indistinctRows(batch: string, cause: GyroError): GyroError {
  return new GyroError('VERIFY.INDISTINCT', `The rows of batch ${batch} cannot be told`, {
    why: cause.details.why,
    fix: 'Verify an import in the database that it went into, soon after it.',
    meta: { batch },
    cause,
  })
}

/** @param grants Statements that would give the role what it lacks. */
export function missingPrivilege(
  role: string,
  { lacks, grants }: { readonly lacks: readonly string[]; readonly grants: readonly string[] },
): GyroError {
  return new GyroError('VERIFY.MISSING_PRIVILEGE', `The role "${role}" may not verify`, {
    why: `It lacks ${lacks.join('; ')}.`,
    fix: ['Let the owner run:', ...grants].join('\n'),
    meta: { role, grants },
  })
}

export function verifyInterrupted(): GyroError {
  return new GyroError('VERIFY.INTERRUPTED', 'The verification was stopped', {
    why: 'It was asked to stop before its end. It has changed nothing.',
    fix: 'Run it again when you like.',
  })
}

/** The connection ended before everything was compared. */
export function verifyConnectionLost(cause: unknown): GyroError {
  return new GyroError('POSTGRES.CONNECTION_LOST', 'The connection to the server was lost', {
    why: 'The server or the network ended it while the batch was verified.',
    fix: 'Check that the server runs, then verify again: nothing was changed.',
    cause,
  })
}

/** A statement failed for a reason that there is no better word for than the server's own. */
export function verifyRefused(sqlstate: string, words: string): GyroError {
  return new GyroError('POSTGRES.REFUSED', 'PostgreSQL refused a statement of the verification', {
    why: `The server said: ${words} (SQLSTATE ${sqlstate}).`,
    fix: 'Cure what it says, then verify again: nothing was changed.',
    meta: { sqlstate },
  })
}
