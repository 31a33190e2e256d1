import type { ErrorCode } from '../error/error-codes.js'

/** What the program exits with. The numbers are documented and stable. */
export const ExitCode = {
  Ok: 0,
  /** A bug of prisma-gyro. */
  Bug: 1,
  /** Usage, input, connection, privilege: nothing was done. */
  CouldNotRun: 2,
  /** The person said no, or stopped it. */
  Declined: 3,
  /** It ran, but rows were rejected, a check failed, or chunks are missing. */
  ChecksFailed: 4,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** The codes that mean something else than "could not run". */
const EXIT_CODES: { readonly [Code in ErrorCode]?: ExitCode } = {
  'EXPORT.INTERRUPTED': ExitCode.Declined,
  'EXPORT.ROW_COUNT': ExitCode.ChecksFailed,
  'IMPORT.CHECK_FAILED': ExitCode.ChecksFailed,
  'IMPORT.INTERRUPTED': ExitCode.Declined,
  'IMPORT.STOPPED': ExitCode.ChecksFailed,
  'IMPORT.TOO_MANY_REJECTS': ExitCode.ChecksFailed,
  'LOAD.ROW_COUNT': ExitCode.ChecksFailed,
  'ROLLBACK.INTERRUPTED': ExitCode.Declined,
  'ROLLBACK.ROW_COUNT': ExitCode.ChecksFailed,
  'VERIFY.INTERRUPTED': ExitCode.Declined,
}

/** The exit code of a failure that the user can act on. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return EXIT_CODES[code] ?? ExitCode.CouldNotRun
}
