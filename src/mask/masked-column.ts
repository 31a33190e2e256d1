import type { CatalogColumn } from '../postgres/catalog-column.js'
import type { ExportColumn, ExportPlan } from '../slice/export-plan.js'
import type { Mask, MaskedField } from './mask-options.js'
import type { HashShape } from './value-hash.js'

/** A column and how it is to be masked. */
export interface MaskedColumn {
  readonly plan: ExportPlan
  readonly column: ExportColumn
  readonly place: MaskedField
  readonly kind: MaskKind
  readonly mask: Mask
}

export type MaskKind = 'null' | 'hash' | 'fake' | 'constant' | 'function'

/** What stands for a column in a map. */
export function columnKey(model: string, column: string): string {
  return `${model}\0${column}`
}

/** Whether the values of a column are texts of any kind. */
export function isText({ valueType }: CatalogColumn): boolean {
  return TEXT_TYPES.has(valueType.name) && !valueType.isArray
}

/** Characters that a text column takes; null where there is no limit. */
export function limitOf({ valueType: { name, modifier } }: CatalogColumn): number | null {
  // The modifier counts four bytes of the length itself.
  return LIMITED_TYPES.has(name) && modifier > 4 ? modifier - 4 : null
}

/** What a hash has to fit into; null where values of the type are not hashed. */
export function hashShapeOf(live: CatalogColumn): HashShape | null {
  const { valueType, highest } = live
  if (isText(live)) return { type: 'text', limit: limitOf(live) }
  if (valueType.isArray) return null
  if (valueType.name === 'uuid') return { type: 'uuid' }
  return highest === null ? null : { type: 'integer', highest }
}

/** Whether no two rows have the same value in a column, or in it and others. */
export function uniquenessOf({ plan, column }: MaskedColumn): 'alone' | 'among others' | null {
  const { field } = column.column
  const { primaryKey, uniques } = plan.model
  const groups = [...(primaryKey === null ? [] : [primaryKey]), ...uniques].filter((fields) =>
    fields.includes(field),
  )
  if (groups.length === 0) return null
  return groups.some((fields) => fields.length === 1) ? 'alone' : 'among others'
}

const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'citext'])
const LIMITED_TYPES: ReadonlySet<string> = new Set(['varchar', 'bpchar'])
