import type { ErrorCode } from './error-codes.js'

/** What a `GyroError` says beside its summary. */
export interface GyroErrorDetails {
  /** The reason, with file and line, model, what was found and what was wanted. A whole sentence. */
  readonly why: string
  /** What to do next, as an instruction. A whole sentence. */
  readonly fix: string
  /** The facts of the two sentences for programs: names, positions, numbers. Never cell values. */
  readonly meta?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * A failure the user can act on. Match on `code`, never on `message`, nor with `instanceof`: a
 * program may hold the ESM and the CommonJS build of the library at once.
 */
export class GyroError extends Error {
  override readonly name = 'GyroError'
  readonly code: ErrorCode
  readonly summary: string
  readonly details: GyroErrorDetails

  constructor(code: ErrorCode, summary: string, details: GyroErrorDetails) {
    // All three sentences, so that a bare stack trace in a log is enough to act on.
    super(`${summary}. ${details.why} ${details.fix}`, { cause: details.cause })
    this.code = code
    this.summary = summary
    this.details = details
  }
}

/** Gives a caught `GyroError`; throws anything else on: a bug must not pass for a problem. */
export function asGyroError(error: unknown): GyroError {
  if (!isGyroError(error)) throw error
  return error
}

/** Whether a caught value is a `GyroError`, of this build of the library or another. */
export function isGyroError(value: unknown): value is GyroError {
  return value instanceof Error && value.name === 'GyroError' && 'code' in value
}
