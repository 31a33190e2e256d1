import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { systemCode } from './system-code.js'

/** `why` and `fix` are sentences. A value that may be a secret is not in them. */
export function invalidOption(
  option: string,
  { why, fix, cause }: { readonly why: string; readonly fix: string; readonly cause?: unknown },
): GyroError {
  return new GyroError('CLI.INVALID_OPTION', `--${option} cannot be used like this`, {
    why,
    fix,
    meta: { option },
    ...(cause === undefined ? {} : { cause }),
  })
}

export function exclusiveOptions(option: string, other: string): GyroError {
  return new GyroError('CLI.INVALID_OPTION', `--${option} and --${other} exclude each other`, {
    why: 'Both say which database to use.',
    fix: `Leave out --${option} or --${other}.`,
    meta: { option, other },
  })
}

/** An option that is given both for the only model and for a model by name. */
export function exclusiveForms(option: string): GyroError {
  return invalidOption(option, {
    why: 'It is given both with a model and without one.',
    fix: `Write <Model>= in front of every --${option}.`,
  })
}

export function unknownOption(
  rawName: string,
  { command, known }: { readonly command: string; readonly known: readonly string[] },
): GyroError {
  return new GyroError('CLI.UNKNOWN_OPTION', `There is no option ${rawName}`, {
    why: `"${command}" does not take it.`,
    fix: `${didYouMean(rawName, known)}See all options with: ${command} --help`,
    meta: { option: rawName, known },
  })
}

/** There is no terminal to ask the person on. */
export function notConfirmed(): GyroError {
  return new GyroError('CLI.NOT_CONFIRMED', '--truncate has to be confirmed', {
    why: 'It removes rows, and standard input is no terminal on which you could say yes.',
    fix: 'Look at what would be emptied with: prisma-gyro plan <dir> --truncate. Then add --yes.',
  })
}

/** There is no terminal to ask the person on. */
export function rollbackNotConfirmed(batch: string): GyroError {
  return new GyroError('CLI.NOT_CONFIRMED', 'The rollback has to be confirmed', {
    why: 'It removes rows, and standard input is no terminal on which you could say yes.',
    fix: `Look at what would be removed with: prisma-gyro rollback ${batch} --dry-run. Then add --yes.`,
  })
}

/** Pruning cannot be taken back, and there is no terminal to ask the person on. */
export function pruningNotConfirmed(olderThan: string): GyroError {
  return new GyroError('CLI.NOT_CONFIRMED', 'Pruning has to be confirmed', {
    why: 'What it drops does not come back, and standard input is no terminal on which you could say yes.',
    fix: `Look at what would be dropped with: prisma-gyro history prune --older-than ${olderThan} --dry-run. Then add --yes.`,
  })
}

/** An option that a command cannot do without. */
export function missingOption(option: string, example: string): GyroError {
  return invalidOption(option, {
    why: 'It is missing, and there is no value that is right for everybody.',
    fix: `Add it, such as --${option} ${example}.`,
  })
}

/** An option that is about something else than what was asked for. */
export function idleOption(option: string, wanted: string): GyroError {
  return invalidOption(option, {
    why: `It is about ${wanted}.`,
    fix: `Leave out --${option}, or ask for that.`,
  })
}

export function fileExists(file: string): GyroError {
  return new GyroError('CLI.FILE_EXISTS', `${file} is there already`, {
    why: 'It is not written over unasked.',
    fix: 'Name another file, or add --overwrite.',
    meta: { file },
  })
}

export function unwritableFile(file: string, cause: unknown): GyroError {
  const code = systemCode(cause)
  return new GyroError('CLI.UNWRITABLE', `${file} cannot be written`, {
    why: `The system says ${code ?? 'nothing about it'}.`,
    fix: 'Name a file in a folder that exists and that you may write to, with room on its disk.',
    meta: { file, code },
    cause,
  })
}

/** An option in front of the command, where none but `--help` and `--version` stand. */
export function misplacedOption(rawName: string): GyroError {
  return new GyroError('CLI.UNKNOWN_OPTION', `${rawName} stands before the command`, {
    why: 'Options belong to a command and come after its name.',
    fix: `Write: prisma-gyro <command> ${rawName}`,
    meta: { option: rawName },
  })
}

export function unknownCommand(name: string, known: readonly string[]): GyroError {
  return new GyroError('CLI.UNKNOWN_COMMAND', `There is no command "${name}"`, {
    why: `The commands are: ${known.join(', ')}.`,
    fix: `${didYouMean(name, known)}See what they do with: prisma-gyro --help`,
    meta: { command: name, known },
  })
}

export function missingArgument(argument: string, usage: string): GyroError {
  return new GyroError('CLI.MISSING_ARGUMENT', `<${argument}> is missing`, {
    why: 'The command does not know what to work on.',
    fix: `Write: ${usage}`,
    meta: { argument },
  })
}

export function unexpectedArgument(value: string, usage: string): GyroError {
  return new GyroError('CLI.UNEXPECTED_ARGUMENT', `"${value}" is one argument too many`, {
    why: 'A name with spaces has to be quoted, and an option begins with --.',
    fix: `Write: ${usage}`,
    meta: { value },
  })
}
