/**
 * How the keys of a column may be spelled: `blankPadded` is `char(n)`, whose trailing blanks do not
 * count.
 */
export type KeySpelling = 'integer' | 'uuid' | 'text' | 'blankPadded'

/**
 * The one spelling of all that PostgreSQL takes for the same key; null when it takes the text for none.
 * Without that, a reference in capitals would not find a uuid in small letters.
 */
export function normalizeKey(spelling: KeySpelling, text: string): string | null {
  switch (spelling) {
    case 'integer':
      return normalizeInteger(text)
    case 'uuid':
      return normalizeUuid(text)
    case 'blankPadded':
      return text.replace(/ +$/, '')
    case 'text':
      return text
  }
}

/** As the fast way reads them: no blanks, no plus. */
function normalizeInteger(text: string): string | null {
  if (!/^-?\d+$/.test(text)) {
    return null
  }
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? String(value) : null
}

/** Sixteen pairs of hexadecimal digits; behind every second one a dash may stand, around all braces. */
const UUID = /^(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/
const PLAIN_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function normalizeUuid(text: string): string | null {
  if (PLAIN_UUID.test(text)) {
    return text
  }
  const lower = text.toLowerCase()
  const inner = lower.startsWith('{') && lower.endsWith('}') ? lower.slice(1, -1) : lower
  return UUID.test(inner) ? formatUuid(inner.replaceAll('-', '')) : null
}

/** @param digits The 32 hexadecimal digits. */
export function formatUuid(digits: string): string {
  const cut = (from: number, to: number) => digits.slice(from, to)
  return `${cut(0, 8)}-${cut(8, 12)}-${cut(12, 16)}-${cut(16, 20)}-${cut(20, 32)}`
}
