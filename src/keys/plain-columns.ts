import type { ValueRule } from '../values/value-rule.js'
import type { ColumnAction } from './column-action.js'
import { KeyMap } from './key-map.js'

/** What `PlainRows` looks for in the fields of a column. */
export const Form = {
  Key: 0,
  Reference: 1,
  /** Digits that stay: their highest value is remembered. */
  Track: 2,
  Drop: 3,
  Copy: 4,
  /** Text of which the rule of the column is asked. */
  Asked: 5,
  Limited: 6,
  Decimal: 7,
  Timestamp: 8,
} as const

/** Source keys from `from` to `to` are moved by `distance`. */
const NO_RANGE = {
  from: Number.POSITIVE_INFINITY,
  to: Number.NEGATIVE_INFINITY,
  distance: 0,
} as const

/** What is done with each column of a file, in the arrays that a loop reads fastest. */
export class PlainColumns {
  readonly forms: Uint8Array
  /** Bytes of text, or digits behind a point. */
  readonly limits: Float64Array
  /** The keys that all move by the same distance; others are asked of `keyMaps`. */
  readonly froms: Float64Array
  readonly tos: Float64Array
  readonly distances: Float64Array
  readonly keyMaps: readonly (KeyMap | null)[]
  readonly rules: readonly (ValueRule | null)[]

  constructor(actions: readonly ColumnAction[]) {
    this.forms = Uint8Array.from(actions, formOf)
    this.limits = Float64Array.from(actions, limitOf)
    this.keyMaps = actions.map((action) =>
      'keys' in action && action.keys instanceof KeyMap ? action.keys : null,
    )
    this.rules = actions.map((action) => ('rule' in action ? action.rule : null))
    const ranges = this.keyMaps.map((keys) => keys?.shiftedRange ?? NO_RANGE)
    this.froms = Float64Array.from(ranges, ({ from }) => from)
    this.tos = Float64Array.from(ranges, ({ to }) => to)
    this.distances = Float64Array.from(ranges, ({ distance }) => distance)
  }
}

function formOf(action: ColumnAction): number {
  switch (action.kind) {
    case 'key':
      return Form.Key
    case 'reference':
      return Form.Reference
    case 'track':
      return Form.Track
    case 'drop':
      return Form.Drop
    case 'copy':
    // Not reached: such rows are not plain.
    case 'textKey':
    case 'textReference':
    case 'guarded':
      return Form.Copy
    case 'rule':
      return FORMS[action.rule.plain?.kind ?? 'asked']
  }
}

const FORMS = {
  asked: Form.Asked,
  limited: Form.Limited,
  decimal: Form.Decimal,
  timestamp: Form.Timestamp,
} as const

function limitOf(action: ColumnAction): number {
  const plain = action.kind === 'rule' ? action.rule.plain : undefined
  return plain !== undefined && 'limit' in plain ? plain.limit : 0
}
