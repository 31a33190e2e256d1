import type { CsvRemapper } from '../keys/csv-remapper.js'

/** The first row, counted from 1, that COPY was sent with matching values; null when there is none. */
export async function findCopyRow(
  source: AsyncIterable<Uint8Array>,
  remapper: CsvRemapper,
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
  for await (const chunk of source) {
    const found = search(remapper.push(chunk))
    if (found !== null) return found
  }
  return search(remapper.end())
}

/** Undoes what `writeNull` and `writeField` write. */
function unescapeField(field: string): string | null {
  return field === NULL
    ? null
    : field.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)
}

const NULL = '\\N'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
