import type { ExportColumn, ExportPlan } from '../slice/export-plan.js'
import { invalidMask, unknownMaskField, unknownMaskModel } from './mask-error.js'
import type { Mask, MaskedField, MaskOptions } from './mask-options.js'
import type { MaskedColumn, MaskKind } from './masked-column.js'

/**
 * The columns that are to be masked, in the order of the options.
 *
 * @throws {GyroError} `MASK.UNKNOWN_MODEL`, `MASK.UNKNOWN_FIELD`, `MASK.INVALID_MASK`.
 */
export function readMasks(
  { mask = {} }: MaskOptions,
  plans: ReadonlyMap<string, ExportPlan>,
): readonly MaskedColumn[] {
  return Object.entries(mask).flatMap(([model, fields]) => {
    const plan = plans.get(model)
    if (plan === undefined) throw unknownMaskModel(model, [...plans.keys()])
    const columns = Object.entries(fields).map(([name, given]): MaskedColumn => {
      const column = findColumn(plan, name)
      const place = { model, field: column.column.field }
      return { plan, column, place, kind: kindOf(place, given), mask: given }
    })
    const twice = columns.find((each, index) =>
      columns.slice(0, index).some(({ column }) => column === each.column),
    )
    if (twice !== undefined) {
      const fix = 'Name each field once.'
      throw invalidMask(twice.place, 'It is named twice, as a field and as a column.', fix)
    }
    return columns
  })
}

/** A field comes before a column of the same name. */
function findColumn(plan: ExportPlan, name: string): ExportColumn {
  const { columns } = plan
  const found =
    columns.find(({ column }) => column.field === name) ??
    columns.find(({ column }) => column.column === name)
  if (found === undefined) {
    const known = columns.map(({ column }) => column.field)
    throw unknownMaskField({ model: plan.name, field: name }, known)
  }
  return found
}

function kindOf(place: MaskedField, mask: unknown): MaskKind {
  if (typeof mask === 'function') return 'function'
  if (mask === 'null' || mask === 'hash' || mask === 'fake') return mask
  if (typeof mask === 'object' && mask !== null) {
    const [[kind, value] = [], ...others] = Object.entries(mask)
    const isText = typeof value === 'string' && !value.includes('\0') && others.length === 0
    if (isText && (kind === 'constant' || kind === 'fake')) return kind
  }
  const fix = `Write one of the masks: 'null', 'hash', 'fake', { fake: 'person.fullName' }, { constant: '…' } or a function; on the command line null, hash, fake, fake:<module>.<method> or constant:<text>.`
  throw invalidMask(place, 'There is no such mask.', fix)
}

/** The text of a constant or the method of a fake; null where none is named. */
export function argumentOf(mask: Mask): string | null {
  if (typeof mask !== 'object') return null
  return 'constant' in mask ? mask.constant : mask.fake
}
