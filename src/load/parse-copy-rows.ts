/** The rows of a chunk of COPY text. Chunks end where rows end: the remapper never tears one. */
export function parseCopyRows(chunk: Buffer): readonly (readonly (string | null)[])[] {
  const lines = chunk.toString('utf8').split('\n').slice(0, -1)
  return lines.map((line) => line.split('\t').map(unescapeField))
}

/** Undoes what `writeNull` and `writeField` write. */
function unescapeField(field: string): string | null {
  return field === NULL
    ? null
    : field.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)
}

const NULL = '\\N'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
