import { quoteIdentifier } from '../postgres/identifier.js'
import type { ExportPlan, ExportReference } from './export-plan.js'

/** A reference and how the database compares its columns. */
export interface LiveReference {
  /** The model whose rows refer. */
  readonly from: ExportPlan
  readonly to: ExportPlan
  readonly reference: ExportReference
  readonly pairs: readonly ComparedColumns[]
}

/** A column and the one that it refers to, in the names of the database. */
export interface ComparedColumns {
  readonly column: string
  readonly targetColumn: string
  /** The collation of the target, quoted, where that of the column is another; else null. */
  readonly collation: string | null
  /** Whether no operator compares the two types, so that their texts are compared. */
  readonly asText: boolean
}

/** Whether the row `c` refers to the row `p`. What holds a NULL refers to nothing. */
export function renderJoin(pairs: readonly ComparedColumns[]): string {
  return pairs
    .map(({ column, targetColumn, collation, asText }) => {
      const cast = asText ? '::text' : ''
      const collate = collation === null ? '' : ` collate ${collation}`
      return `p.${quoteIdentifier(targetColumn)}${cast} = c.${quoteIdentifier(column)}${cast}${collate}`
    })
    .join(' and ')
}
