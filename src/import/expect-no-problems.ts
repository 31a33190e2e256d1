import { buildErrorReport } from '../error/error-report.js'
import { GyroError } from '../error/gyro-error.js'

/** Throws the first problem of a plan; the others are told beside it. */
export function expectNoProblems([first, ...others]: readonly GyroError[]): void {
  if (first === undefined) return
  if (others.length === 0) throw first
  const meta = { ...first.details.meta, alsoFound: others.map(buildErrorReport) }
  throw new GyroError(first.code, first.summary, { ...first.details, meta })
}
