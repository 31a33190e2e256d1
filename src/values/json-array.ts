/** A JSON array, each element as the JSON text it is written as: numbers keep every digit. */
export type JsonElements = readonly string[]

/** The elements of a JSON array; null when the text is none. */
export function splitJsonArray(text: string): JsonElements | null {
  if (!isJsonArray(text)) return null
  const elements: string[] = []
  let depth = 0
  let from = text.indexOf('[') + 1
  const end = text.lastIndexOf(']')
  // Valid JSON: only where its commas separate the elements is left to find out.
  for (let i = from; i < end; i++) {
    const character = text[i]
    if (character === '"') i = endOfString(text, i)
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    else if (character === ',' && depth === 0) {
      elements.push(text.slice(from, i).trim())
      from = i + 1
    }
  }
  const last = text.slice(from, end).trim()
  return last === '' ? elements : [...elements, last]
}

function isJsonArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}

/** Index of the quote that closes the string which opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}
