import { missingArgument } from './cli-error.js'
import type { ExitCode } from './exit-code.js'
import {
  asksFor,
  flag,
  type OptionDefinitions,
  type OptionValues,
  parseArguments,
} from './options.js'
import { type CommandHelp, renderCommandHelp } from './render-help.js'
import { type CommandLineIo, createTerminal, lookOf, type Terminal } from './terminal.js'

/** What a command says of itself. */
export interface CommandDefinition<Definitions extends OptionDefinitions> {
  readonly name: string
  /** One line for the list of commands, without full stop. */
  readonly summary: string
  /** A few whole lines below the summary, broken by hand at 80 characters. */
  readonly description: string
  /** The one thing it works on. */
  readonly argument: { readonly name: string; readonly help: string }
  /** Without `--json`, `--quiet` and `--help`, which every command has. */
  readonly options: Definitions
  /** Command lines worth showing. */
  readonly examples: readonly string[]
  /**
   * Does the work. Whatever it needs beyond the command line, it imports when it runs: `--help` has
   * to stay fast.
   */
  run(
    argument: string,
    options: OptionValues<Definitions & typeof EVERY_COMMAND>,
    context: CommandContext,
  ): Promise<ExitCode>
}

export interface CommandContext {
  readonly io: CommandLineIo
  readonly terminal: Terminal
}

/** A command, ready to be called. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** Takes what follows the name. Rejects with what went wrong. */
  execute(args: readonly string[], io: CommandLineIo): Promise<ExitCode>
}

const EVERY_COMMAND = {
  json: flag('Print one JSON document instead of text'),
  quiet: flag('No progress and no notes: only data and errors'),
  help: flag('Show this text', 'h'),
}

/** Ties reading the command line, `--help` and the work together. */
export function defineCommand<Definitions extends OptionDefinitions>(
  definition: CommandDefinition<Definitions>,
): Command {
  const { name, summary, argument } = definition
  const options = { ...definition.options, ...EVERY_COMMAND }
  const help: CommandHelp = { ...definition, options }
  const usage = `prisma-gyro ${name} <${argument.name}> [options]`
  return {
    name,
    summary,
    async execute(args, io) {
      if (asksFor('help', args, options)) {
        io.stdout.write(renderCommandHelp(help, lookOf(io.stdout, io.env).colors))
        return 0
      }
      const command = `prisma-gyro ${name}`
      const parsed = parseArguments(args, options, { command, usage })
      if (parsed.argument === undefined || parsed.argument === '') {
        throw missingArgument(argument.name, usage)
      }
      const terminal = createTerminal(io, parsed.options)
      return definition.run(parsed.argument, parsed.options, { io, terminal })
    },
  }
}
