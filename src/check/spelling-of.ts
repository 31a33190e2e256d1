import type { KeySpelling } from '../keys/key-spelling.js'

/** How values of a type are compared; null where equal values may be spelled in several ways. */
export function spellingOf(type: string): KeySpelling | null {
  if (type === 'smallint' || type === 'integer' || type === 'bigint') return 'integer'
  if (type === 'uuid') return 'uuid'
  if (type === 'text' || type.startsWith('character varying')) {
    return type.endsWith('[]') ? null : 'text'
  }
  return /^character(\(\d+\))?$/.test(type) ? 'blankPadded' : null
}
