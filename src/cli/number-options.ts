import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** A whole number of at least 1; the last one given counts. */
export function wholeNumber(
  placeholder: string,
  help: string,
): OptionDefinition<number | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const value = values.at(-1)
      if (value === undefined) return undefined
      if (!/^[1-9]\d{0,8}$/.test(value)) {
        throw invalidOption(name, {
          why: `"${value}" is no whole number of 1 or more.`,
          fix: `Write a number, such as --${name} 50.`,
        })
      }
      return Number(value)
    },
  }
}

/** A number of hours, days or weeks, such as `90d`; the last one given counts. */
export function age(placeholder: string, help: string): OptionDefinition<string | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const value = values.at(-1)
      if (value !== undefined && !/^\d{1,5}[hdw]$/.test(value)) {
        throw invalidOption(name, {
          why: `"${value}" is no number of hours, days or weeks.`,
          fix: `Write it such as --${name} 12h, --${name} 90d or --${name} 4w.`,
        })
      }
      return value
    },
  }
}
