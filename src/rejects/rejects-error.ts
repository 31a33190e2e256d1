import { GyroError } from '../error/gyro-error.js'

export function rejectsUnwritable(folder: string, cause: unknown): GyroError {
  const { code } = cause as { readonly code?: string }
  return new GyroError('REJECTS.UNWRITABLE', `Rejected rows cannot be put into ${folder}`, {
    why: `The system says ${code}.`,
    fix: 'Make room, or name another folder with --rejects; then import again: nothing was written.',
    meta: { folder, code },
    cause,
  })
}

/** What is there may be worked on. */
export function rejectsExist(file: string): GyroError {
  return new GyroError('REJECTS.UNWRITABLE', `${file} is there already`, {
    why: 'It holds rows that an import before has rejected, and is not written over.',
    fix: 'Move it away, or name another folder with --rejects; then import again: nothing was written.',
    meta: { file },
  })
}
