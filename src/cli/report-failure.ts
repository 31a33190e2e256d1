import { buildErrorReport } from '../error/error-report.js'
import { isGyroError } from '../error/gyro-error.js'
import { ExitCode, exitCodeOf } from './exit-code.js'
import { renderError } from './render-error.js'
import { type CommandLineIo, lookOf } from './terminal.js'

/** Shows what a command was rejected with: to people on standard error, to programs on standard output. */
export function reportFailure(
  error: unknown,
  io: CommandLineIo,
  { json }: { readonly json: boolean },
): ExitCode {
  if (!isGyroError(error)) {
    return reportBug(error, io, { json })
  }
  const report = buildErrorReport(error)
  if (json) {
    io.stdout.write(`${JSON.stringify({ error: report }, null, 2)}\n`)
  } else {
    io.stderr.write(`${renderError(report, lookOf(io.stderr, io.env))}\n`)
  }
  return exitCodeOf(error.code)
}

const BUG = {
  code: 'INTERNAL',
  message: 'prisma-gyro has a bug',
  why: 'Something happened that it did not expect; the stack is on standard error.',
  fix: 'Please report it with the stack and the command line.',
  meta: {},
} as const

function reportBug(
  error: unknown,
  io: CommandLineIo,
  { json }: { readonly json: boolean },
): ExitCode {
  const { colors } = lookOf(io.stderr, io.env)
  if (json) {
    io.stdout.write(`${JSON.stringify({ error: BUG }, null, 2)}\n`)
  }
  io.stderr.write(`\
${colors.red(`✖ ${BUG.message}`)}
${stackOf(error)}
${colors.cyan(`→ ${BUG.fix}`)}
`)
  return ExitCode.Bug
}

/** Stacks only, with those of the causes: other properties of an error of `pg` hold cell values. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error)
  }
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`
  return `${error.stack}${cause}`
}
