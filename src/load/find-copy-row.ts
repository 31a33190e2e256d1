import type { CsvRemapper } from '../keys/csv-remapper.js'

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
    // Chunks end where rows end: the remapper never tears one.
    for (const line of chunks.flatMap((chunk) => chunk.toString('utf8').split('\n').slice(0, -1))) {
      before++
      if (matches(line.split('\t').map(unescapeField))) {
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

/** Undoes what `writeNull` and `writeField` write. */
function unescapeField(field: string): string | null {
  return field === NULL
    ? null
    : field.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)
}

const NULL = '\\N'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
