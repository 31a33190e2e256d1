import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** A whole number, 1 or more; the last one given counts. */
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
      const number = Number(value)
      if (!/^\d+$/.test(value) || number < 1 || !Number.isSafeInteger(number)) {
        throw invalidOption(name, {
          why: `"${value}" is no whole number, 1 or more.`,
          fix: `Write digits only, such as --${name} 50000.`,
        })
      }
      return number
    },
  }
}
