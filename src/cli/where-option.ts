import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** Conditions by model, as the API takes them. */
export type RowConditions = Readonly<Record<string, readonly string[]>>

/** `Tenant: id = 7`: up to the first colon. All of them count, several of a model too. */
export function rowConditions(
  placeholder: string,
  help: string,
): OptionDefinition<RowConditions | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const conditions = values.map((value): readonly [string, string] => {
        const [, model, sql] = /^\s*([^\s:]+)\s*:(?!:)\s*(.*)$/s.exec(value) ?? []
        if (model === undefined || sql === undefined || sql === '') {
          throw invalidOption(name, {
            why: 'A condition begins with a model and a colon, and none is empty.',
            fix: `Write --${name} "<Model>: <expression>", such as --${name} "Tenant: id = 7".`,
          })
        }
        return [model, sql]
      })
      return conditions.length === 0 ? undefined : groupByModel(conditions)
    },
  }
}

/** Lists by model, in the order in which they were given. */
export function groupByModel<Value>(
  entries: readonly (readonly [string, Value])[],
): Readonly<Record<string, readonly Value[]>> {
  const groups = new Map<string, Value[]>()
  for (const [model, value] of entries) {
    groups.set(model, [...(groups.get(model) ?? []), value])
  }
  return Object.fromEntries(groups)
}
