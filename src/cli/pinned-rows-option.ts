import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** Per model: its key field and the key. */
export type PinnedRows = Readonly<Record<string, Readonly<Record<string, string>>>>

/** `Tenant.id=42`: up to the first dot, up to the first equals sign. A later one beats an earlier one. */
export function pinnedRows(
  placeholder: string,
  help: string,
): OptionDefinition<PinnedRows | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const rows = values.map((value) => {
        const [, model, field, key] = /^([^.=]+)\.([^=]+)=(.+)$/s.exec(value) ?? []
        if (model === undefined || field === undefined || key === undefined) {
          throw invalidOption(name, {
            why: `"${value}" does not name a model, its key and a value.`,
            fix: `Write --${name} <Model>.<key>=<value>, such as --${name} Tenant.id=42.`,
          })
        }
        return [model, { [field]: key }] as const
      })
      return rows.length === 0 ? undefined : Object.fromEntries(rows)
    },
  }
}
