import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'
import { groupByModel } from './where-option.js'

/** Keys by model, as the API takes them. */
export type RootRows = Readonly<Record<string, readonly string[]>>

/** `Tenant=7,9`: up to the first equals sign, then keys between commas. Several of a model add up. */
export function rootRows(
  placeholder: string,
  help: string,
): OptionDefinition<RootRows | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const keys = values.flatMap((value) => {
        const [, model, list] = /^([^=]+)=(.+)$/s.exec(value) ?? []
        const found = list?.split(',').map((key) => key.trim()) ?? []
        if (model === undefined || found.length === 0 || found.includes('')) {
          throw invalidOption(name, {
            why: 'A root is a model and keys of rows of it.',
            fix: `Write --${name} <Model>=<key>,<key>, such as --${name} Tenant=7,9. For keys of several columns, or with commas in them, write --where "<Model>: …".`,
          })
        }
        return found.map((key) => [model.trim(), key] as const)
      })
      return keys.length === 0 ? undefined : groupByModel(keys)
    },
  }
}
