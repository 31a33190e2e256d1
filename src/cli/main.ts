import { createRequire } from 'node:module'
import { misplacedOption, unknownCommand, unknownOption } from './cli-error.js'
import { exportCommand } from './commands/export.js'
import { historyCommand } from './commands/history.js'
import { historyPruneCommand } from './commands/history-prune.js'
import { importCommand } from './commands/import.js'
import { lookupCommand } from './commands/lookup.js'
import { planCommand } from './commands/plan.js'
import { resumeCommand } from './commands/resume.js'
import { rollbackCommand } from './commands/rollback.js'
import { verifyCommand } from './commands/verify.js'
import type { Command } from './define-command.js'
import { ExitCode } from './exit-code.js'
import { flag, type OptionDefinitions } from './options.js'
import { renderProgramHelp } from './render-help.js'
import { type CommandLineIo, lookOf } from './terminal.js'

const SUMMARY = `\
Export slices of a PostgreSQL database, and import them or any CSV export into
another through your Prisma schema: new keys, references intact, COPY speed.`

const COMMANDS = [
  exportCommand,
  planCommand,
  importCommand,
  verifyCommand,
  rollbackCommand,
  resumeCommand,
  historyCommand,
  lookupCommand,
  historyPruneCommand,
]

const PROGRAM_OPTIONS = {
  version: flag('Print the version', 'v'),
  help: flag('Show this text', 'h'),
} satisfies OptionDefinitions

/**
 * The program: reads the command line, runs the command, shows what went wrong.
 *
 * @param args Without `node` and the script.
 * @param commands For tests.
 * @returns The exit code. Never rejects.
 */
export async function main(
  args: readonly string[],
  io: CommandLineIo,
  commands: readonly Command[] = COMMANDS,
): Promise<ExitCode> {
  try {
    return await dispatch(args, io, commands)
  } catch (error) {
    const { reportFailure } = await import('./report-failure.js')
    return reportFailure(error, io, { json: args.includes('--json') })
  }
}

async function dispatch(
  [name, ...rest]: readonly string[],
  io: CommandLineIo,
  commands: readonly Command[],
): Promise<ExitCode> {
  if (name === undefined) {
    io.stderr.write(programHelp(commands, io.stderr, io))
    return ExitCode.CouldNotRun
  }
  if (name === '--help' || name === '-h') {
    io.stdout.write(programHelp(commands, io.stdout, io))
    return ExitCode.Ok
  }
  if (name === '--version' || name === '-v') {
    io.stdout.write(`${readVersion()}\n`)
    return ExitCode.Ok
  }
  const twoWords = commands.find((known) => known.name === `${name} ${rest[0]}`)
  if (twoWords !== undefined) {
    return twoWords.execute(rest.slice(1), io)
  }
  const command = commands.find((known) => known.name === name)
  if (command !== undefined) {
    return command.execute(rest, io)
  }
  if (!name.startsWith('-')) {
    throw unknownCommand(
      name,
      commands.map((known) => known.name),
    )
  }
  throw rest.some((word) => commands.some((known) => known.name === word))
    ? misplacedOption(name)
    : unknownOption(name, { command: 'prisma-gyro', known: ['--help', '--version'] })
}

function programHelp(
  commands: readonly Command[],
  stream: CommandLineIo['stdout'],
  { env }: CommandLineIo,
): string {
  const help = { summary: SUMMARY, commands, options: PROGRAM_OPTIONS }
  return renderProgramHelp(help, lookOf(stream, env).colors)
}

function readVersion(): string {
  // By its own name: the compiled file lies one folder deeper than the source.
  return createRequire(import.meta.url)('prisma-gyro/package.json').version
}
