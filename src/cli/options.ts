import { parseArgs } from 'node:util'
import { invalidOption, unexpectedArgument, unknownOption } from './cli-error.js'

/** One option of a command: how it is read and what `--help` says of it. */
export interface OptionDefinition<Value> {
  /** What stands for the value in the help text, such as `<url>`; null for an option without value. */
  readonly placeholder: string | null
  /** One letter. */
  readonly short?: string
  /** What it does, without full stop. Lines are broken by hand at 48 characters. */
  readonly help: string
  /**
   * Turns the values given, in order and none if the option is absent, into what the command gets.
   *
   * @throws {GyroError} `CLI.INVALID_OPTION`.
   */
  readonly parse: (values: readonly string[], name: string) => Value
}

/** By long name, in the order of the help text. */
export type OptionDefinitions = Readonly<Record<string, OptionDefinition<unknown>>>

export type OptionValues<Definitions extends OptionDefinitions> = {
  readonly [Name in keyof Definitions]: ReturnType<Definitions[Name]['parse']>
}

/** A command line, taken apart. */
export interface ParsedArguments<Definitions extends OptionDefinitions> {
  readonly options: OptionValues<Definitions>
  readonly argument: string | undefined
  /** Those behind it. */
  readonly moreArguments: readonly string[]
}

/** What a command is called by, for error texts. */
export interface CommandUsage {
  /** Such as `prisma-gyro import`. */
  readonly command: string
  /** Such as `prisma-gyro import <dir> [options]`. */
  readonly usage: string
  /**
   * Arguments that it takes.
   * @default 1
   */
  readonly most?: number
}

/**
 * Reads what follows the name of a command: options and arguments, in any order. After
 * `--` nothing is an option any more.
 *
 * @throws {GyroError} `CLI.UNKNOWN_OPTION`, `CLI.INVALID_OPTION`, `CLI.UNEXPECTED_ARGUMENT`.
 */
export function parseArguments<Definitions extends OptionDefinitions>(
  args: readonly string[],
  definitions: Definitions,
  { command, usage, most = 1 }: CommandUsage,
): ParsedArguments<Definitions> {
  const values = new Map<string, string[]>()
  const found: string[] = []
  for (const token of tokenize(args, definitions)) {
    if (token.kind === 'positional') {
      if (found.length === most) {
        throw unexpectedArgument(token.value, usage)
      }
      found.push(token.value)
    } else if (token.kind === 'option') {
      const definition = Object.hasOwn(definitions, token.name)
        ? definitions[token.name]
        : undefined
      if (definition === undefined) {
        throw unknownOption(token.rawName, { command, known: longNames(definitions) })
      }
      const value = readValue(token, definition)
      values.set(token.name, [...(values.get(token.name) ?? []), value])
    }
  }
  const options = Object.fromEntries(
    Object.entries(definitions).map(([name, { parse }]) => [
      name,
      parse(values.get(name) ?? [], name),
    ]),
  )
  const [argument, ...moreArguments] = found
  return { options: options as OptionValues<Definitions>, argument, moreArguments }
}

/** Whether help was asked for, however wrong the rest of the command line is. */
export function asksFor(
  option: string,
  args: readonly string[],
  definitions: OptionDefinitions,
): boolean {
  return tokenize(args, definitions).some(
    (token) => token.kind === 'option' && token.name === option,
  )
}

/** An option without value. */
export function flag(help: string, short?: string): OptionDefinition<boolean> {
  return {
    placeholder: null,
    ...(short === undefined ? {} : { short }),
    help,
    parse: (values) => values.length > 0,
  }
}

/** Any text but none; the last one given counts. */
export function text(placeholder: string, help: string): OptionDefinition<string | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const value = values.at(-1)
      if (value === '') {
        throw invalidOption(name, {
          why: 'Its value is empty; an unset variable in the shell does that.',
          fix: `Write --${name} ${placeholder}, or leave it out.`,
        })
      }
      return value
    },
  }
}

/** Any text, also an empty one; the last one given counts. */
export function textOrEmpty(
  placeholder: string,
  help: string,
): OptionDefinition<string | undefined> {
  return { placeholder, help, parse: (values) => values.at(-1) }
}

/** Names between commas; several options add up. */
export function names(
  placeholder: string,
  help: string,
): OptionDefinition<readonly string[] | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      if (values.length === 0) {
        return undefined
      }
      const list = values.flatMap((value) => value.split(',')).map((item) => item.trim())
      if (list.includes('')) {
        throw invalidOption(name, {
          why: 'One of its names is empty.',
          fix: `Write names with commas between them and no spaces: --${name} ${placeholder}`,
        })
      }
      return list
    },
  }
}

/**
 * One character; `tab` and `\t` stand for the tab that is hard to type in a shell.
 *
 * @param word Taken as it is too.
 */
export function character(
  placeholder: string,
  help: string,
  word?: string,
): OptionDefinition<string | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const value = values.at(-1)
      if (value === 'tab' || value === '\\t') {
        return '\t'
      }
      if (value !== undefined && value !== word && [...value].length !== 1) {
        throw invalidOption(name, {
          why: `"${value}" is not one character.`,
          fix: `Write one character, such as --${name} ';', or --${name} ${word ?? 'tab'}.`,
        })
      }
      return value
    },
  }
}

type Token = ReturnType<typeof tokenize>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

function tokenize(args: readonly string[], definitions: OptionDefinitions) {
  const options = Object.fromEntries(
    Object.entries(definitions).map(([name, { placeholder, short }]) => [
      name,
      {
        type: placeholder === null ? ('boolean' as const) : ('string' as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  )
  // Not strict: the errors of `parseArgs` know neither our codes nor a suggestion.
  return parseArgs({
    args: [...args],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens
}

function readValue(token: OptionToken, { placeholder }: OptionDefinition<unknown>): string {
  const { name, value, inlineValue } = token
  if (placeholder === null) {
    if (value !== undefined) {
      throw invalidOption(name, { why: 'It takes no value.', fix: `Write --${name} alone.` })
    }
    return ''
  }
  // `--url --json` leaves the value out; `--null=--` and a lone `-` are values.
  if (value === undefined || (!inlineValue && value.length > 1 && value.startsWith('-'))) {
    throw invalidOption(name, {
      why: 'It needs a value.',
      fix: `Write --${name} ${placeholder}, or --${name}=${placeholder} for a value that begins with "-".`,
    })
  }
  return value
}

function longNames(definitions: OptionDefinitions): string[] {
  return Object.keys(definitions).map((name) => `--${name}`)
}
