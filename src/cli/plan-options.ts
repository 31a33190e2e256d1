import type { Manifest, PlanOptions } from '../index.js'
import {
  character,
  flag,
  names,
  type OptionDefinitions,
  type OptionValues,
  text,
  textOrEmpty,
} from './options.js'
import { type RemapStrategies, remapStrategies } from './remap-strategy-option.js'

/** Options of every command that works out a plan. */
export const PLAN_OPTIONS = {
  url: text(
    '<url>',
    'postgresql:// URL of the database; else datasource.url\nof the Prisma config, else DATABASE_URL',
  ),
  embedded: flag('Start a PostgreSQL for this project, kept under .gyro/,\ninstead'),
  config: text('<file>', 'Prisma config, if not prisma.config.*'),
  manifest: text('<file>', 'Manifest, if not where `prisma generate` puts it'),
  models: names('<A,B>', 'Only these models; default: all that have a file'),
  'remap-strategy': remapStrategies(
    '<s>',
    'New keys: sequential (the default) or none (keep\nthem); for one model <Model>=<s>, repeatable',
  ),
  delimiter: character('<c>', 'Character between fields, or tab; default: ,'),
  null: textOrEmpty('<text>', 'Unquoted text that means NULL; default: nothing'),
} satisfies OptionDefinitions

/** The options of the library that the command line says. */
export function buildPlanOptions(
  folder: string,
  options: Pick<
    OptionValues<typeof PLAN_OPTIONS>,
    'models' | 'remap-strategy' | 'delimiter' | 'null'
  >,
  { url, manifest }: { readonly url: string; readonly manifest: Manifest },
): PlanOptions {
  const { models, delimiter, null: nullText } = options
  const strategy = buildStrategy(options['remap-strategy'], manifest)
  return {
    from: folder,
    url,
    ...(models === undefined ? {} : { models }),
    ...(strategy === undefined ? {} : { strategy }),
    csv: {
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(nullText === undefined ? {} : { null: nullText }),
    },
  }
}

/** The library takes one strategy for all models, or one for each. */
function buildStrategy(
  { all, byModel }: RemapStrategies,
  manifest: Manifest,
): PlanOptions['strategy'] {
  if (byModel.size === 0) {
    return all
  }
  const rest = all === undefined ? [] : manifest.models.map(({ name }) => [name, all] as const)
  return Object.fromEntries([...rest, ...byModel])
}
