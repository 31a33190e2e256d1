import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** A mask that has no code in it, as the API takes it. */
type WrittenMask =
  | 'null'
  | 'hash'
  | 'fake'
  | { readonly fake: string }
  | { readonly constant: string }

/** Masks by model and field, as the API takes them. */
export type WrittenMasks = Readonly<Record<string, Readonly<Record<string, WrittenMask>>>>

/** `User.email=hash`: up to the first dot, up to the first equals sign. A later one beats an earlier one. */
export function fieldMasks(
  placeholder: string,
  help: string,
): OptionDefinition<WrittenMasks | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const masks = new Map<string, Map<string, WrittenMask>>()
      for (const value of values) {
        const [, model, field, text] = /^([^.=]+)\.([^=]+)=(.+)$/s.exec(value) ?? []
        const mask = text === undefined ? null : parseMask(text)
        if (model === undefined || field === undefined || mask === null) {
          throw invalidOption(name, {
            why: 'A mask is a model, a field of it and what becomes of its values.',
            fix: `Write --${name} <Model>.<field>=<mask>, such as --${name} User.email=hash; masks are null, hash, fake, fake:<module>.<method> and constant:<text>.`,
          })
        }
        masks.set(model, (masks.get(model) ?? new Map()).set(field, mask))
      }
      const byModel = [...masks].map(([model, fields]) => [model, Object.fromEntries(fields)])
      return masks.size === 0 ? undefined : Object.fromEntries(byModel)
    },
  }
}

function parseMask(text: string): WrittenMask | null {
  if (text === 'null' || text === 'hash' || text === 'fake') return text
  const [, kind, argument = ''] = /^(fake|constant):(.*)$/s.exec(text) ?? []
  if (kind === 'constant') return { constant: argument }
  return kind === 'fake' && argument !== '' ? { fake: argument } : null
}
