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
  /** Whether no two of them have the same source key, or are the same row. False where nobody knows. */
  readonly areDistinct: boolean
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
  const targets = new IntegerKeySet()
  let ambiguous: ReadMatches['ambiguous'] = null
  let areDistinct = keys.integers !== null && match.key !== null
  const columns = match.key === null ? 1 : 3
  // Read to the end in any case: the connection is busy until then.
  for await (const rows of readRows(client, matchedRows(match), columns)) {
    for (const [number, source, target] of rows) {
      const row = Number(number)
      if (there.has(row)) {
        // It was found before, but only the first of all such rows is counted.
        if (ambiguous === null || row < ambiguous.row) ambiguous = { row, count: 2 }
        else if (ambiguous.row === row) ambiguous = { row, count: ambiguous.count + 1 }
        continue
      }
      there.add(row)
      if (typeof source !== 'string' || typeof target !== 'string') continue
      if (areDistinct) addInteger(targets, target)
      if (keys.has(source)) areDistinct = false
      else keys.add(source, target)
    }
  }
  return { there, ambiguous, areDistinct: areDistinct && targets.seal() === null }
}

/** The source keys, integers, of the rows that are not there: of so many in all. */
export async function readOtherKeys(
  { client, readRows = readByCopy }: LoadContext,
  there: RowSet,
  count: number,
): Promise<IntegerKeySet> {
  const keys = new IntegerKeySet()
  if (there.size < count) {
    for await (const rows of readRows(client, stagedKeys(), 2)) {
      for (const [row, source] of rows) {
        if (!there.has(Number(row))) addInteger(keys, source as string)
      }
    }
  }
  keys.seal()
  return keys
}

function addInteger(keys: IntegerKeySet, text: string): void {
  const key = Number(text)
  if (Number.isSafeInteger(key)) {
    keys.add(key)
  } else {
    keys.addBig(BigInt(text))
  }
}
