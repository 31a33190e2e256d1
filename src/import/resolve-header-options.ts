import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import { unknownModel } from '../plan/plan-error.js'
import type { HeaderOptions } from '../source/header-options.js'
import { invalidOption, unknownField } from './import-error.js'
import type { PlanOptions } from './plan-options.js'

/**
 * Checks what an import says of the header cells of its files.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolveHeaderOptions(
  { models }: Manifest,
  options: Pick<PlanOptions, 'map' | 'ignoreColumns' | 'headers' | 'models'>,
): HeaderOptions {
  const { map = {}, ignoreColumns = [], headers = {} } = options
  if (!isTexts(ignoreColumns)) {
    throw invalidOption('ignoreColumns', ignoreColumns, 'a list of header cells')
  }
  return {
    map: new Map(
      entriesOf('map', map).map(([name, fields]) => [
        name,
        resolveMap(modelOf('map', name, models), fields),
      ]),
    ),
    ignored: ignoreColumns,
    headers: new Map(
      Object.entries(byModel(headers, options.models)).map(([name, cells]) => {
        modelOf('headers', name, models)
        if (!isTexts(cells) || cells.length === 0) {
          throw invalidOption(`headers.${name}`, cells, 'a list of column names')
        }
        return [name, cells]
      }),
    ),
  }
}

function entriesOf(option: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidOption(option, value, 'an object with a property per model')
  }
  return Object.entries(value)
}

function modelOf(option: string, name: string, models: readonly ManifestModel[]): ManifestModel {
  const model = models.find((each) => each.name === name)
  if (model === undefined) {
    const known = models.map((each) => each.name)
    throw unknownModel(option, name, known)
  }
  return model
}

/** Header cell → field. */
function resolveMap(
  { name, columns }: ManifestModel,
  fields: unknown,
): ReadonlyMap<string, string> {
  const option = `map.${name}`
  const known = columns.map(({ field }) => field)
  return new Map(
    entriesOf(option, fields).map(([header, field]) => {
      const found = known.find((each) => each === field)
      if (found === undefined) throw unknownField(option, field, known)
      return [header, found]
    }),
  )
}

/** A list alone is for the only model. */
function byModel(
  headers: NonNullable<PlanOptions['headers']>,
  models: PlanOptions['models'],
): Readonly<Record<string, unknown>> {
  if (!Array.isArray(headers)) {
    return Object.fromEntries(entriesOf('headers', headers))
  }
  const [model, ...others] = models ?? []
  if (model === undefined || others.length > 0) {
    const wanted = 'a list per model, unless "models" names a single one'
    throw invalidOption('headers', headers, wanted)
  }
  return { [model]: headers }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
