import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** Per model: header cell → field. */
export type ColumnMaps = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What `--header` says: for single models, or for the only one. */
export interface HeaderNames {
  /** Undefined when none is given without a model. */
  readonly only: readonly string[] | undefined
  readonly byModel: Readonly<Record<string, readonly string[]>>
}

/** `Order.Customer Name=customerId`: up to the first dot, up to the last equals sign. Adds up. */
export function columnMaps(
  placeholder: string,
  help: string,
): OptionDefinition<ColumnMaps | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const maps = new Map<string, Map<string, string>>()
      for (const value of values) {
        const [, model, header, field] = /^([^.]+)\.(.+)=([^=]+)$/s.exec(value) ?? []
        if (model === undefined || header === undefined || field === undefined) {
          throw invalidOption(name, {
            why: `"${value}" does not name a model, a header and a field.`,
            fix: `Write --${name} <Model>.<header>=<field>, such as --${name} 'Order.Customer Name=customerId'.`,
          })
        }
        maps.set(model, new Map(maps.get(model)).set(header, field))
      }
      const entries = [...maps].map(([model, map]) => [model, Object.fromEntries(map)])
      return entries.length === 0 ? undefined : Object.fromEntries(entries)
    },
  }
}

/** `Order=id,total` for the files of a model, or `id,total` for those of the only one. */
export function headerNames(
  placeholder: string,
  help: string,
): OptionDefinition<HeaderNames | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      let only: readonly string[] | undefined
      const byModel = new Map<string, readonly string[]>()
      for (const value of values) {
        const split = value.indexOf('=')
        const cells = value.slice(split + 1).split(',')
        if (split === 0 || cells.includes('')) {
          throw invalidOption(name, {
            why: split === 0 ? `"${value}" names no model.` : 'One of its names is empty.',
            fix: `Write --${name} Order=id,total, or --${name} id,total where there is one model.`,
          })
        }
        if (split === -1) {
          only = cells
        } else {
          byModel.set(value.slice(0, split), cells)
        }
      }
      return values.length === 0 ? undefined : { only, byModel: Object.fromEntries(byModel) }
    },
  }
}
