import type { OptionDefinitions } from './options.js'
import type { Colors } from './terminal.js'

/** What the help text of a command is made of. */
export interface CommandHelp {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly argument: { readonly name: string; readonly help: string }
  readonly options: OptionDefinitions
  readonly examples: readonly string[]
}

/** The text of `prisma-gyro <command> --help`. */
export function renderCommandHelp(command: CommandHelp, colors: Colors): string {
  const { name, summary, description, argument, options, examples } = command
  const rows = [[`<${argument.name}>`, argument.help] as const, ...optionRows(options)]
  const width = Math.max(...rows.map(([left]) => left.length))
  const [argumentRow, ...optionLines] = rows.map((row) => renderRow(row, width, colors))
  return `${summary}.
${description}

${colors.bold('Usage')}
  prisma-gyro ${name} <${argument.name}> [options]

${colors.bold('Argument')}
${argumentRow}

${colors.bold('Options')}
${optionLines.join('\n')}

${colors.bold('Examples')}
${examples.map((example) => `  ${example}`).join('\n')}
`
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
