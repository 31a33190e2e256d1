import path from 'node:path'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { unknownModel } from '../plan/plan-error.js'
import type { RowsInput } from '../rows/encoded-rows.js'
import type { FolderOptions } from '../source/folder-options.js'
import { STREAM_NAME } from '../source/spool-input.js'
import { exclusiveOption, invalidOption } from './import-error.js'
import type { ImportOptions } from './import-options.js'
import { resolveInflationLimit } from './resolve-inflation-limit.js'

/** Where the rows come from. */
export type ImportSource =
  | { readonly kind: 'folder'; readonly folder: string; readonly options: FolderOptions }
  | {
      readonly kind: 'stream'
      readonly input: AsyncIterable<Uint8Array | string>
      readonly model: ManifestModel
    }
  | { readonly kind: 'rows'; readonly rows: readonly GivenRows[] }

/** The rows of a model that a program gives. */
interface GivenRows {
  readonly model: ManifestModel
  readonly input: RowsInput
}

/** Options that say how files are found and read. */
const OF_FILES = [
  'from',
  'csv',
  'map',
  'ignoreColumns',
  'headers',
  'ignoreUnknown',
  'followSymlinks',
  'maxInflated',
] as const

/**
 * Finds out what is imported.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolveImportSource(manifest: Manifest, options: ImportOptions): ImportSource {
  if (options.rows !== undefined) {
    const both = OF_FILES.find((option) => options[option] !== undefined)
    if (both !== undefined) throw exclusiveOption(both, 'rows')
    return { kind: 'rows', rows: resolveRows(manifest, options) }
  }
  const { from, models = [], ignoreUnknown = false, followSymlinks = false } = options
  for (const [option, value] of Object.entries({ ignoreUnknown, followSymlinks })) {
    if (typeof value !== 'boolean') throw invalidOption(option, value, 'true or false')
  }
  const maxInflated = resolveInflationLimit(options.maxInflated)
  if (typeof from === 'string' && from !== '') {
    const folder = { ignoreUnknown, followSymlinks, maxInflated }
    return { kind: 'folder', folder: from, options: folder }
  }
  if (typeof from !== 'object' || from === null || !(Symbol.asyncIterator in from)) {
    throw invalidOption('from', from, 'the path of a folder, or a stream of bytes')
  }
  const [model, ...others] = manifest.models.filter(({ name }) => models.includes(name))
  if (model === undefined || others.length > 0) {
    throw invalidOption('models', options.models, 'exactly one model where "from" is a stream')
  }
  return { kind: 'stream', input: from, model }
}

/** Of the models that are imported. */
function resolveRows(
  { models: known }: Manifest,
  { rows, models }: ImportOptions,
): readonly GivenRows[] {
  if (typeof rows !== 'object' || rows === null || isIterable(rows)) {
    throw invalidOption('rows', typeof rows, 'an object with the rows of each model')
  }
  const entries = Object.entries(rows).filter(([, input]) => input !== undefined)
  const given = entries.map(([name, input]): GivenRows => {
    const model = known.find((each) => each.name === name)
    if (model === undefined) {
      const names = known.map((each) => each.name)
      throw unknownModel('rows', name, names)
    }
    if (!isIterable(input)) {
      throw invalidOption(`rows.${name}`, typeof input, 'an array or another iterable of rows')
    }
    return { model, input }
  })
  if (given.length === 0) {
    throw invalidOption('rows', {}, 'the rows of at least one model')
  }
  return given.filter(({ model }) => models?.includes(model.name) ?? true)
}

function isIterable(value: unknown): value is RowsInput {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  )
}

/** What an import is called where nothing else is said. */
export function nameSource(source: ImportSource): string {
  switch (source.kind) {
    case 'folder':
      return path.basename(path.resolve(source.folder))
    case 'stream':
      return STREAM_NAME
    case 'rows':
      return 'rows'
  }
}
