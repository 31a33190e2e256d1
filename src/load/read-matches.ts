import { IntegerKeySet } from '../keys/integer-key-set.js'
import type { KeyPairs } from '../keys/key-pairs.js'
import { RowSet } from '../keys/row-set.js'
import { matchedRows, type RowMatch, stagedKeys } from './key-staging.js'
import type { LoadContext } from './load-context.js'
import { readByCopy } from './read-rows.js'

/** Which rows of the files the table has. */
interface ReadMatches {
  readonly there: RowSet
  /** The first row that could be several of the table, and how many; null when there is none. */
  readonly ambiguous: { readonly row: number; readonly count: number } | null
}

/**
 * Reads the rows that were found.
 *
 * @param keys Takes their source keys with the keys that they have in the table.
 */
export async function readMatches(
  { client, readRows = readByCopy }: LoadContext,
  match: RowMatch,
  keys: KeyPairs,
): Promise<ReadMatches> {
  const there = new RowSet()
  let ambiguous: ReadMatches['ambiguous'] = null
  let last = -1
  let count = 0
  const columns = match.key === null ? 1 : 3
  for await (const rows of readRows(client, matchedRows(match), columns)) {
    for (const [number, source, target] of rows) {
      const row = Number(number)
      if (row === last) {
        count++
        // Read on to the end: the connection is busy until then.
        if (ambiguous === null || ambiguous.row === row) ambiguous = { row, count }
        continue
      }
      last = row
      count = 1
      there.add(row)
      if (typeof source === 'string' && typeof target === 'string') keys.add(source, target)
    }
  }
  return { there, ambiguous }
}

/** The source keys, integers, of the rows that are not there. */
export async function readOtherKeys(
  { client, readRows = readByCopy }: LoadContext,
  there: RowSet,
): Promise<IntegerKeySet> {
  const keys = new IntegerKeySet()
  let row = 0
  for await (const rows of readRows(client, stagedKeys(), 1)) {
    for (const [source] of rows) {
      if (there.has(row++)) continue
      const key = Number(source)
      if (Number.isSafeInteger(key)) {
        keys.add(key)
      } else {
        keys.addBig(BigInt(source as string))
      }
    }
  }
  keys.seal()
  return keys
}
