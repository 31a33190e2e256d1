import { didYouMean } from '../error/suggest.js'
import type { ConflictAction, ConflictOptions, PlanOptions } from '../index.js'
import { invalidOption } from './cli-error.js'
import type { OptionDefinition } from './options.js'

/** What `--on-conflict` says: for every model, and for single ones. */
export interface Conflicts {
  /** Undefined when only single models are named. */
  readonly all: ConflictAction | undefined
  readonly byModel: ReadonlyMap<string, ConflictOptions>
}

const ACTIONS: readonly ConflictAction[] = ['error', 'skip', 'update']

/**
 * `skip`, `User=update`, or with the fields that tell a row `User=update:tenantId+email`; may be given
 * several times, a later one beats an earlier one.
 */
export function conflicts(placeholder: string, help: string): OptionDefinition<Conflicts> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      let all: ConflictAction | undefined
      const byModel = new Map<string, ConflictOptions>()
      for (const value of values) {
        const [, model, action = '', fields] = /^(?:([^=]*)=)?([^:=]*)(?::(.*))?$/.exec(value) ?? []
        const found = parseAction(action, name)
        if (model === undefined && fields === undefined) {
          all = found
          continue
        }
        const on = fields?.split('+')
        if (!model || on?.includes('')) {
          throw invalidOption(name, {
            why: `"${value}" lacks the name of ${model ? 'a field' : 'the model'}.`,
            fix: `Write --${name} <Model>=${found}:<field>+<field>, or --${name} ${found} for all models.`,
          })
        }
        byModel.set(model, { action: found, ...(on === undefined ? {} : { on }) })
      }
      return { all, byModel }
    },
  }
}

function parseAction(value: string, option: string): ConflictAction {
  const action = ACTIONS.find((known) => known === value)
  if (action === undefined) {
    throw invalidOption(option, {
      why: `There is no way "${value}" to meet rows that are there.`,
      fix: `${didYouMean(value, ACTIONS)}Write one of ${ACTIONS.join(', ')}; for one model <Model>=<way>, or <Model>=<way>:<field>+<field>.`,
    })
  }
  return action
}

/** `User=name,phone`: the fields of a model that an update sets. */
export function updateColumns(
  placeholder: string,
  help: string,
): OptionDefinition<ReadonlyMap<string, readonly string[]>> {
  return {
    placeholder,
    help,
    parse: (values, name) =>
      new Map(
        values.map((value) => {
          const [, model, list] = /^([^=]+)=(.+)$/.exec(value) ?? []
          const fields = list?.split(',').map((field) => field.trim())
          if (model === undefined || fields === undefined || fields.includes('')) {
            throw invalidOption(name, {
              why: `"${value}" is not a model with its fields.`,
              fix: `Write --${name} ${placeholder}, such as --${name} User=name,phone.`,
            })
          }
          return [model, fields] as const
        }),
      ),
  }
}

/** The library takes one policy for all models, or one for each, with the fields that it updates. */
export function buildOnConflict(
  { all, byModel }: Conflicts,
  columns: ReadonlyMap<string, readonly string[]>,
): PlanOptions['onConflict'] {
  for (const model of columns.keys()) {
    if ((byModel.get(model)?.action ?? all) !== 'update') {
      throw invalidOption('update-columns', {
        why: `It names fields of ${model}, whose rows are not updated.`,
        fix: `Add --on-conflict ${model}=update, or leave it out.`,
      })
    }
  }
  if (byModel.size === 0 && columns.size === 0) {
    return all
  }
  const policies = new Map<string, ConflictOptions>(byModel)
  for (const [model, fields] of columns) {
    policies.set(model, { ...(policies.get(model) ?? { action: 'update' }), columns: fields })
  }
  return { ...(all === undefined ? {} : { '*': all }), ...Object.fromEntries(policies) }
}
