import type fc from 'fast-check'
import type { ColumnAction } from '../../src/keys/column-action.js'
import type { ReferenceAction } from './reference-remapper.js'

/** A column, and what is to come of it. */
export interface RemappedColumn {
  readonly action: ColumnAction
  readonly reference: ReferenceAction
  /** What stands in the column: mostly what the action can work with. */
  readonly texts: fc.Arbitrary<string>
}
