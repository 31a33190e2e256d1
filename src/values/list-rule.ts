// `accepts` is hot code. Guarded by the "byte path" part of `npm run bench`.
import { looksLikeArray, mapArrayText, renderArray } from './array-text.js'
import { splitJsonArray } from './json-array.js'
import { isRefusal, type Refusal, type ValueRule } from './value-rule.js'
import { inElement, notAList, unstorableText } from './values-error.js'

const OPEN = 0x7b
const CLOSE = 0x7d
const COMMA = 0x2c

/** Bytes that an element without quotes does not have: quotes, backslashes, braces and blanks. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  /["\\{} \t-\r]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** What the elements of a list are. */
export interface ListElements {
  /** Null when every text goes as it is. */
  readonly rule: ValueRule | null
  /** Whether an element is itself JSON, so that `null` in a JSON array is JSON's and not SQL's. */
  readonly isJson: boolean
}

/**
 * A list as PostgreSQL writes arrays, with its elements converted, or as a JSON array, of which an
 * array of PostgreSQL is made.
 */
export function listRule({ rule, isJson }: ListElements): ValueRule {
  const convert = (text: string) => rule?.convert(text) ?? text
  return {
    accepts: (bytes, start, end) => acceptsList(bytes, start, end, rule),
    convert(text) {
      if (looksLikeArray(text)) return mapArrayText(text, convert) ?? notAList()
      const elements = splitJsonArray(text)?.map(isJson ? keepJson : readElement)
      if (elements === undefined) return notAList()
      return convertElements(elements, convert)
    },
  }
}

/** `{a,b}` in which every element is accepted and none is quoted. */
function acceptsList(bytes: Buffer, start: number, end: number, rule: ValueRule | null): boolean {
  if (end - start < 2 || bytes[start] !== OPEN || bytes[end - 1] !== CLOSE) return false
  if (end - start === 2) return true
  let from = start + 1
  for (let i = from; i < end; i++) {
    const byte = bytes[i] as number
    if (byte !== COMMA && i < end - 1) {
      if (SPECIAL[byte] === 1) return false
    } else {
      if (i === from || rule?.accepts(bytes, from, i) === false) return false
      from = i + 1
    }
  }
  return true
}

/** Text, null for NULL, or why the element is none: lists of Prisma are flat. */
type Element = string | null | Refusal

function keepJson(json: string): Element {
  return json
}

function readElement(json: string): Element {
  switch (json[0]) {
    case '"':
      return readString(json)
    case 'n':
      return null
    case '[':
    case '{':
      return notAList()
    default:
      return json
  }
}

function readString(json: string): Element {
  const text = String(JSON.parse(json))
  return /\0|\p{Surrogate}/u.test(text) ? unstorableText() : text
}

function convertElements(
  elements: readonly Element[],
  convert: (text: string) => string | Refusal,
): string | Refusal {
  const texts: (string | null)[] = []
  for (const [index, element] of elements.entries()) {
    const converted = typeof element === 'string' ? convert(element) : element
    if (converted !== null && isRefusal(converted)) return inElement(index + 1, converted)
    texts.push(converted)
  }
  return renderArray(texts)
}
