import { didYouMean } from '../error/suggest.js'
import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** One of a few words; the last one given counts. */
export function choice<Word extends string>(
  placeholder: string,
  help: string,
  words: readonly Word[],
): OptionDefinition<Word | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const value = values.at(-1)
      const word = words.find((known) => known === value)
      if (value !== undefined && word === undefined) {
        throw invalidOption(name, {
          why: `"${value}" is none of ${words.join(', ')}.`,
          fix: `${didYouMean(value, words)}Write --${name} with one of these.`,
        })
      }
      return word
    },
  }
}
