/**
 * Reads a file by the grammar of RFC 4180 and nothing else; null when it breaks the grammar or its
 * records differ in width. Two freedoms are taken that no reader can do without: a line feed alone
 * ends a line, and TEXTDATA has the characters beyond ASCII too.
 */
export function readRfc4180(
  file: Uint8Array,
  delimiter = ',',
): readonly (readonly string[])[] | null {
  const text = decode(file)
  if (text === null) {
    return null
  }
  const field = fieldOf(delimiter)
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  for (;;) {
    field.lastIndex = at
    const [whole = '', escaped, plain = ''] = field.exec(text) ?? []
    record.push(escaped?.replaceAll('""', '"') ?? plain)
    at += whole.length
    if (text.startsWith(delimiter, at)) {
      at += delimiter.length
      continue
    }
    const [lineBreak] = /^\r?\n/.exec(text.slice(at, at + 2)) ?? ['']
    if (lineBreak === '' && at < text.length) {
      return null
    }
    records.push(record)
    record = []
    at += lineBreak.length
    if (at === text.length) {
      return records.every(({ length }) => length === records[0]?.length) ? records : null
    }
  }
}

/** `escaped / non-escaped` of the grammar; matches at every place, if need be without a character. */
function fieldOf(delimiter: string): RegExp {
  const mark = delimiter.replace(/[\\^]/, '\\$&')
  const plain = `[^\\x00-\\x1f\\x7f"${mark}]*`
  const escaped = `(?:[^\\x00-\\x1f\\x7f"]|[\\r\\n${mark}]|"")*`
  return new RegExp(`"(${escaped})"|(${plain})`, 'y')
}

/** Keeps a byte order mark, of which the grammar knows nothing. */
function decode(file: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file)
  } catch {
    return null
  }
}
