import type { ExportOptions, PlanExportOptions } from '../index.js'
import { choice } from './choice-option.js'
import { invalidOption } from './cli-error.js'
import { fieldMasks } from './mask-option.js'
import { wholeNumber } from './number-options.js'
import {
  flag,
  names,
  type OptionDefinition,
  type OptionDefinitions,
  type OptionValues,
  text,
} from './options.js'
import { rootRows } from './root-option.js'
import { TARGET_OPTIONS } from './target-options.js'
import { rowConditions } from './where-option.js'

/** By model: what the command line says of it. */
type ByModel<Value> = Readonly<Record<string, Value>>

/** Options of the command that exports. */
export const EXPORT_OPTIONS = {
  ...TARGET_OPTIONS,
  where: rowConditions(
    '<M: sql>',
    'Begin with the rows of the model M that the\ncondition is true of, such as "Tenant: id = 7";\nrepeatable, each adds rows',
  ),
  root: rootRows(
    '<M=key,key>',
    'Begin with the rows of the model M that have these\nkeys; repeatable',
  ),
  include: names(
    '<A,A.b>',
    'Follow only these models and references to rows that\nrefer to those before, such as Order,Review.product',
  ),
  exclude: names(
    '<A,A.b>',
    'Do not follow these; rows that others refer to are\nexported all the same',
  ),
  depth: depth(
    '<n>',
    'How many steps are made to rows that refer to those\nbefore, 0 for none; default: no limit',
  ),
  limit: limits(
    '<M=rows>',
    'At most so many rows of the model M, the newest\nones; those that others refer to come on top;\nrepeatable',
  ),
  prune: choice(
    '<what>',
    'nullable: references that may be NULL become NULL\nrather than bring rows along',
    ['nullable'] as const,
  ),
  mask: fieldMasks(
    '<M.field=how>',
    'Replace the values of a field by null, hash, fake,\nfake:<module>.<method> (@faker-js/faker) or\nconstant:<text>; the key of hash and fake is\nPRISMA_GYRO_MASK_KEY; repeatable',
  ),
  gzip: flag('Compress the files: Order.csv.gz'),
  stdout: text('<Model>', 'Write the rows of one model to standard output\ninstead of a folder'),
  jobs: wholeNumber('<n>', 'Files written at a time; default: 2'),
  overwrite: flag('Replace the files of an export before, and nothing\nelse'),
  'dry-run': flag('Only show how many rows of which models, and why'),
} satisfies OptionDefinitions

/** The options of the library that say which rows go out. */
export function buildSliceOptions(
  options: OptionValues<typeof EXPORT_OPTIONS>,
): Omit<PlanExportOptions, 'to' | 'gzip' | 'overwrite'> {
  const { where, root, include, exclude, depth, limit, prune, mask } = options
  return given({ where, roots: root, include, exclude, depth, limit, prune, mask })
}

/** The options of the library that say how files are written. */
export function buildFileOptions({
  gzip,
  overwrite,
  jobs,
}: OptionValues<typeof EXPORT_OPTIONS>): Pick<ExportOptions, 'gzip' | 'overwrite' | 'jobs'> {
  return { gzip, overwrite, ...given({ jobs }) }
}

/** Only those that are not undefined. */
function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as {
    [Name in keyof Values]?: Exclude<Values[Name], undefined>
  }
}

/** `Order=1000`; a later one beats an earlier one. */
function limits(placeholder: string, help: string): OptionDefinition<ByModel<number> | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const found = values.map((value) => {
        const [model, rows] = splitModel(value, name, 'Order=1000')
        return [model, parseCount(rows, name, 'Order=1000')] as const
      })
      return found.length === 0 ? undefined : Object.fromEntries(found)
    },
  }
}

/** A whole number, also 0; the last one given counts. */
function depth(placeholder: string, help: string): OptionDefinition<number | undefined> {
  return {
    placeholder,
    help,
    parse: (values, name) => {
      const value = values.at(-1)
      return value === undefined ? undefined : parseCount(value, name, '2')
    },
  }
}

function parseCount(value: string, option: string, example: string): number {
  if (!/^\d{1,15}$/.test(value)) {
    throw invalidOption(option, {
      why: `"${value}" is no whole number.`,
      fix: `Write digits only, such as --${option} ${example}.`,
    })
  }
  return Number(value)
}

/** What stands before and behind the first equals sign. */
function splitModel(value: string, option: string, example: string): readonly [string, string] {
  const split = value.indexOf('=')
  const [model, rest] = [value.slice(0, split), value.slice(split + 1)]
  if (split < 1 || rest === '') {
    throw invalidOption(option, {
      why: 'It does not name a model and a value.',
      fix: `Write it such as --${option} ${example}.`,
    })
  }
  return [model, rest]
}
