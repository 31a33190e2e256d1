import type { OptionDefinitions } from './options.js'
import type { Colors } from './terminal.js'

/** An argument and what the help text says of it. */
interface ArgumentHelp {
  readonly name: string
  readonly help: string
}

/** An argument behind the name of a command; the optional ones come last. */
export interface FirstArgument extends ArgumentHelp {
  readonly isOptional?: true
}

/** What the help text of a command is made of. */
export interface CommandHelp {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly argument: FirstArgument | null
  readonly moreArguments?: readonly FirstArgument[]
  readonly options: OptionDefinitions
  readonly examples: readonly string[]
}

/** The text of `prisma-gyro <command> --help`. */
export function renderCommandHelp(command: CommandHelp, colors: Colors): string {
  const { name, summary, description, argument, options, examples } = command
  const all = argument === null ? [] : [argument, ...(command.moreArguments ?? [])]
  const rows = [
    ...all.map((each) => [`<${each.name}>`, each.help] as const),
    ...optionRows(options),
  ]
  const width = Math.max(...rows.map(([left]) => left.length))
  const lines = rows.map((row) => renderRow(row, width, colors))
  return `${summary}.
${description}

${colors.bold('Usage')}
  prisma-gyro ${[name, nameArguments(command)].join(' ').trim()} [options]

${renderArguments(lines.slice(0, all.length), colors)}${colors.bold('Options')}
${lines.slice(all.length).join('\n')}

${colors.bold('Examples')}
${examples.map((example) => `  ${example}`).join('\n')}
`
}

function renderArguments(lines: readonly string[], colors: Colors): string {
  if (lines.length === 0) return ''
  return `${colors.bold(lines.length === 1 ? 'Argument' : 'Arguments')}\n${lines.join('\n')}\n\n`
}

/** Such as `<batch> <model>`, or `[batch]`; empty where there is none. */
export function nameArguments({
  argument,
  moreArguments = [],
}: Pick<CommandHelp, 'argument' | 'moreArguments'>): string {
  if (argument === null) return ''
  return [argument, ...moreArguments]
    .map(({ name, isOptional }) => (isOptional === true ? `[${name}]` : `<${name}>`))
    .join(' ')
}

/** What the help text of the program is made of. */
export interface ProgramHelp {
  readonly summary: string
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
  readonly options: OptionDefinitions
}

/** The text of `prisma-gyro --help`. */
export function renderProgramHelp(program: ProgramHelp, colors: Colors): string {
  const commands = program.commands.map(({ name, summary }) => [name, summary] as const)
  const options = optionRows(program.options)
  const width = Math.max(...[...commands, ...options].map(([left]) => left.length))
  const render = (rows: readonly Row[]) =>
    rows.map((row) => renderRow(row, width, colors)).join('\n')
  return `${program.summary}

${colors.bold('Usage')}
  prisma-gyro <command> [options]

${colors.bold('Commands')}
${render(commands)}

${colors.bold('Options')}
${render(options)}

See the options of a command with: prisma-gyro <command> --help
`
}

type Row = readonly [left: string, right: string]

function optionRows(options: OptionDefinitions): Row[] {
  return Object.entries(options).map(([name, { placeholder, short, help }]) => [
    `${short === undefined ? '' : `-${short}, `}--${name}${placeholder === null ? '' : ` ${placeholder}`}`,
    help,
  ])
}

function renderRow([left, right]: Row, width: number, colors: Colors): string {
  const indent = ' '.repeat(width + 4)
  const help = right.split('\n').join(`\n${indent}`)
  return `  ${colors.cyan(left)}${' '.repeat(width - left.length)}  ${help}`
}
