import type { CsvDialect } from './csv-dialect.js'

/**
 * Writes texts as fields of a file, null as NULL. It gives undefined for a text that the dialect cannot
 * hold, as it has no quotes.
 */
export type FieldWriter = (text: string | null) => string | undefined

export function buildFieldWriter({
  delimiter,
  quote,
  escaper,
  nullText: nullBytes,
}: CsvDialect): FieldWriter {
  const nullText = nullBytes.toString()
  const [separator, mark, mask] = [delimiter, quote, escaper].map((byte) =>
    byte === null ? '' : String.fromCharCode(byte),
  ) as [string, string, string]
  const special = new Set([separator, mark, '\r', '\n', '\ufeff'])
  return (text) => {
    if (text === null) return nullText
    const isPlain = text !== '' && text !== nullText && !hasAny(text, special)
    if (isPlain) return text
    if (mark === '') return undefined
    // The escape first: those that are added in front of quotes are none of the text.
    const masked = mask === mark ? text : text.replaceAll(mask, `${mask}${mask}`)
    return `${mark}${masked.replaceAll(mark, `${mask}${mark}`)}${mark}`
  }
}

function hasAny(text: string, characters: ReadonlySet<string>): boolean {
  for (const character of text) {
    if (characters.has(character)) return true
  }
  return false
}
