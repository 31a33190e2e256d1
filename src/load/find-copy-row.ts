import type { CsvRemapper } from '../keys/csv-remapper.js'
import { parseCopyRows } from './parse-copy-rows.js'

/** One file on its way through a remapper of its own. */
export interface RemappedPart {
  readonly chunks: AsyncIterable<Uint8Array>
  readonly remapper: CsvRemapper
}

/** The first row, counted from 1, that COPY was sent with matching values; null when there is none. */
export async function findCopyRow(
  parts: Iterable<RemappedPart>,
  matches: (row: readonly (string | null)[]) => boolean,
): Promise<number | null> {
  let before = 0
  const search = (chunks: readonly Buffer[]): number | null => {
    for (const row of chunks.flatMap(parseCopyRows)) {
      before++
      if (matches(row)) {
        return before
      }
    }
    return null
  }
  for (const { chunks, remapper } of parts) {
    for await (const chunk of chunks) {
      const found = search(remapper.push(chunk))
      if (found !== null) return found
    }
    const found = search(remapper.end())
    if (found !== null) return found
  }
  return null
}
