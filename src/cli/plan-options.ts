import type { Manifest, PlanOptions } from '../index.js'
import { choice } from './choice-option.js'
import { exclusiveForms } from './cli-error.js'
import { columnMaps, type HeaderNames, headerNames } from './column-options.js'
import { buildCommitOptions, COMMIT_OPTIONS } from './commit-options.js'
import { missingReferences } from './missing-reference-option.js'
import { buildOnConflict, conflicts, updateColumns } from './on-conflict-option.js'
import {
  character,
  flag,
  names,
  type OptionDefinitions,
  type OptionValues,
  text,
  textOrEmpty,
} from './options.js'
import { pinnedRows } from './pinned-rows-option.js'
import { type RemapStrategies, remapStrategies } from './remap-strategy-option.js'

/** What stands for standard input in place of a folder. */
export const STDIN_ARGUMENT = '-'

export const ARGUMENT_HELP =
  'Folder with the CSV files, such as Order.csv; or -\nfor standard input'

/** Options of every command that works out a plan. */
export const PLAN_OPTIONS = {
  url: text(
    '<url>',
    'postgresql:// URL of the database; else the\ndatasource.url of the Prisma config, else\nDATABASE_URL',
  ),
  embedded: flag('Start a PostgreSQL for this project instead, kept\nunder .gyro/'),
  config: text('<file>', 'Prisma config, if not prisma.config.*'),
  manifest: text('<file>', 'Manifest, if not where `prisma generate` puts it'),
  models: names('<A,B>', 'Only these models; default: all that have a file'),
  'remap-strategy': remapStrategies(
    '<s>',
    'New keys: sequential (the default: next ids), fresh\n(new uuids and the like too), match (those of rows\nthat are there), hash (the same in every run) or\nnone (keep them); for one model <Model>=<s>,\nrepeatable; @gyro.strategy beats what is for all',
  ),
  set: pinnedRows(
    '<M.key=value>',
    'All rows of the model M are the one that is there\nwith this key, such as Tenant.id=42; repeatable',
  ),
  'on-conflict': conflicts(
    '<p>',
    'Rows that are there: error (the default), skip or\nupdate; for one model <Model>=<p>, by the fields of a\nunique <Model>=<p>:<field>+<field>; repeatable',
  ),
  'update-columns': updateColumns(
    '<M=a>',
    'Fields of the model M that an update sets: M=a,b;\ndefault: all of the file; repeatable',
  ),
  'missing-reference': missingReferences(
    '<p>',
    'Rows that refer to one that is not in the files:\nfail (the default with new keys), keep the value (it\nmeans a row that is there), null or reject; for one\nreference <Model>.<field>=<p>, for those of a model\n<Model>=<p>; repeatable',
  ),
  truncate: flag('Empty the tables of the import first, in the same\ntransaction'),
  'allow-remote': flag('Let --truncate empty tables of a server elsewhere'),
  'fk-mode': choice(
    '<m>',
    'checked: constraints stay in place; rebuild: drop\nand remake them, locking the tables; deferred: check\nthem when all rows are there; replica: look them up\nand fire no triggers; auto (the default): rebuild\nwhere that holds nobody up',
    ['auto', 'checked', 'rebuild', 'deferred', 'replica'] as const,
  ),
  'no-use-copy': flag('Load by INSERT, where COPY is not allowed'),
  'no-history': flag('Leave nothing of the import in the database:\nit cannot be undone then'),
  ...COMMIT_OPTIONS,
  delimiter: character(
    '<c>',
    'Character between fields, tab, or auto to find out;\ndefault: comma, in .tsv files tab',
    'auto',
  ),
  quote: character('<c>', 'Character around fields, or none; default: "', 'none'),
  escape: character(
    '<c>',
    'Character that makes a quote inside quotes literal;\ndefault: the quote',
  ),
  null: textOrEmpty('<text>', 'Unquoted text that means NULL; default: nothing'),
  map: columnMaps('<M.cell=field>', 'A header cell that means a field of the model M;\nrepeatable'),
  'ignore-columns': names('<a,b>', 'Header cells to leave out; M.a for one model only'),
  header: headerNames(
    '<M=a,b>',
    'Columns of files that begin with data; repeatable;\nwithout M= where --models names only one',
  ),
  transform: text(
    '<file>',
    'JavaScript that exports transform or validate, with\na function per model that changes rows or rejects\nthem; a plan runs it with --check',
  ),
  'allow-special': flag('Let infinity, NaN, now and their like through'),
  'ignore-unknown': flag('Leave files alone that match no model'),
  'follow-symlinks': flag('Follow links to files inside the folder'),
  'max-inflated': text(
    '<limit>',
    'How much a .gz or .zst may become: 200x its size\nor 10GB; default: 50x (beyond 64 MiB) and 100GB',
  ),
} satisfies OptionDefinitions

/** What the options are about. */
export interface PlanTarget {
  readonly url: string
  readonly manifest: Manifest
  readonly stdin: AsyncIterable<Uint8Array | string>
}

/** The options of the library that the command line says. */
export function buildPlanOptions(
  folder: string,
  options: OptionValues<typeof PLAN_OPTIONS>,
  { url, manifest, stdin }: PlanTarget,
): PlanOptions {
  const { models, map, delimiter, quote } = options
  const pinned = Object.keys(options.set ?? {})
  const strategy = buildStrategy(options['remap-strategy'], manifest, pinned)
  return {
    from: folder === STDIN_ARGUMENT ? stdin : folder,
    url,
    csv: given({ delimiter, quote, escape: options.escape, null: options.null }),
    ...(options['allow-special'] ? { allowSpecial: true } : {}),
    ignoreUnknown: options['ignore-unknown'],
    followSymlinks: options['follow-symlinks'],
    truncate: options.truncate,
    allowRemote: options['allow-remote'],
    ...buildCommitOptions(options),
    ...given({
      models,
      strategy,
      pin: options.set,
      onConflict: buildOnConflict(options['on-conflict'], options['update-columns']),
      missingReference: options['missing-reference'],
      fkMode: options['fk-mode'],
      useCopy: options['no-use-copy'] ? false : undefined,
      history: options['no-history'] ? false : undefined,
      map,
      ignoreColumns: options['ignore-columns'],
      headers: buildHeaders(options.header),
      maxInflated: options['max-inflated'],
    }),
  }
}

/** Without what is undefined. */
function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: NonNullable<Values[Name]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Values]?: NonNullable<Values[Name]> }
}

/**
 * The library takes one strategy for all models, or one for each; what is said for all gives way to the
 * schema, and means no model that is pinned.
 */
function buildStrategy(
  { all, byModel }: RemapStrategies,
  { models }: Manifest,
  pinned: readonly string[],
): PlanOptions['strategy'] {
  if (byModel.size === 0) {
    return all
  }
  const isOpen = ({ name, strategy }: Manifest['models'][number]) =>
    strategy === null && !pinned.includes(name)
  const rest = all === undefined ? [] : models.filter(isOpen)
  return Object.fromEntries([...rest.map(({ name }) => [name, all] as const), ...byModel])
}

/** The library takes the columns of the only model, or of each. */
function buildHeaders(header: HeaderNames | undefined): PlanOptions['headers'] {
  if (header?.only === undefined) {
    return header?.byModel
  }
  if (Object.keys(header.byModel).length > 0) {
    throw exclusiveForms('header')
  }
  return header.only
}
