import type { ErrorCode } from './error-codes.js'
import type { GyroError } from './gyro-error.js'

/** A `GyroError` as plain data, as `--json` prints it. */
export interface ErrorReport {
  readonly code: ErrorCode
  readonly message: string
  readonly why: string
  readonly fix: string
  readonly meta: Readonly<Record<string, unknown>>
}

export function buildErrorReport(error: GyroError): ErrorReport {
  const { why, fix, meta = {} } = error.details
  return { code: error.code, message: error.summary, why, fix, meta }
}
