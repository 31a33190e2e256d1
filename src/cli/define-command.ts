import { missingArgument } from './cli-error.js'
import type { ExitCode } from './exit-code.js'
import {
  asksFor,
  flag,
  type OptionDefinitions,
  type OptionValues,
  parseArguments,
} from './options.js'
import {
  type CommandHelp,
  type FirstArgument,
  nameArguments,
  renderCommandHelp,
} from './render-help.js'
import { type CommandLineIo, createTerminal, lookOf, type Terminal } from './terminal.js'

/** What a command says of itself. */
export interface CommandDefinition<Definitions extends OptionDefinitions> {
  readonly name: string
  /** One line for the list of commands, without full stop. */
  readonly summary: string
  /** A few whole lines below the summary, broken by hand at 80 characters. */
  readonly description: string
  /** The one thing it works on; null for none. */
  readonly argument: FirstArgument | null
  /** What has to follow it, in this order. */
  readonly moreArguments?: readonly FirstArgument[]
  /** Without `--json`, `--quiet` and `--help`, which every command has. */
  readonly options: Definitions
  /** Command lines worth showing. */
  readonly examples: readonly string[]
  /**
   * Does the work. Whatever it needs beyond the command line, it imports when it runs: `--help` has
   * to stay fast.
   *
   * @param argument Empty where there is none.
   */
  run(
    argument: string,
    options: OptionValues<Definitions & typeof EVERY_COMMAND>,
    context: CommandContext,
  ): Promise<ExitCode>
}

export interface CommandContext {
  /** One for each of `moreArguments` that is given. */
  readonly moreArguments: readonly string[]
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
  const { name, summary, argument, moreArguments = [] } = definition
  const options = { ...definition.options, ...EVERY_COMMAND }
  const help: CommandHelp = { ...definition, options }
  const usage = ['prisma-gyro', name, nameArguments(definition), '[options]']
    .filter((word) => word !== '')
    .join(' ')
  return {
    name,
    summary,
    async execute(args, io) {
      if (asksFor('help', args, options)) {
        io.stdout.write(renderCommandHelp(help, lookOf(io.stdout, io.env).colors))
        return 0
      }
      const command = `prisma-gyro ${name}`
      const wanted = argument === null ? [] : [argument, ...moreArguments]
      const most = wanted.length
      const parsed = parseArguments(args, options, { command, usage, most })
      const given = [parsed.argument, ...parsed.moreArguments]
      for (const [index, each] of wanted.entries()) {
        const isRequired = each.isOptional !== true
        if (isRequired && (given[index] ?? '') === '') throw missingArgument(each.name, usage)
      }
      const terminal = createTerminal(io, parsed.options)
      const context = { io, terminal, moreArguments: parsed.moreArguments }
      return definition.run(parsed.argument ?? '', parsed.options, context)
    },
  }
}
