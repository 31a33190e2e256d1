import { createHmac } from 'node:crypto'

/** What the hash of a value has to fit into. */
export type HashShape =
  /** `limit`: characters that the column takes; null where there is no limit. */
  | { readonly type: 'text'; readonly limit: number | null }
  | { readonly type: 'uuid' }
  /** `highest`: of the type. */
  | { readonly type: 'integer'; readonly highest: bigint }

/** Characters of a hash that is a text. 128 bits. */
const TEXT_LENGTH = 32

/** Characters in front of the domain of an e-mail address. 80 bits. */
const LOCAL_LENGTH = 20

/** A domain that nobody can have (RFC 2606): no mail goes to anyone. */
const DOMAIN = '@example.invalid'

/** The fewest characters that tell values apart at all. */
export const LEAST_LENGTH = 8

/** The fewest that do so for millions of rows. 64 bits. */
const UNIQUE_LENGTH = 16

/**
 * The hash of a value under a key, in a shape. Whether it looks like an e-mail address depends on the value
 * only, so that a value becomes the same in each column that is wide enough. It says nothing of the length
 * of the value.
 */
export function hashValue(key: string, value: string, shape: HashShape): string {
  const digest = digestOf(key, 'hash', value)
  switch (shape.type) {
    case 'uuid':
      return writeUuid(digest)
    case 'integer':
      return String(BigInt(`0x${digest.slice(0, 32)}`) % (shape.highest + 1n))
    case 'text': {
      const limit = shape.limit ?? Number.POSITIVE_INFINITY
      const local = Math.min(LOCAL_LENGTH, limit - DOMAIN.length)
      return isAddress(value) && local >= LEAST_LENGTH
        ? `${digest.slice(0, local)}${DOMAIN}`
        : digest.slice(0, Math.min(TEXT_LENGTH, limit))
    }
  }
}

/** Whether two values of a table never become the same one, as good as never. */
export function isUniqueShape(shape: HashShape): boolean {
  if (shape.type === 'uuid') return true
  if (shape.type === 'integer') return shape.highest >= 2n ** 63n - 1n
  const limit = shape.limit ?? Number.POSITIVE_INFINITY
  // The shorter of what values and what addresses become.
  const local = limit - DOMAIN.length
  return (local < LEAST_LENGTH ? limit : local) >= UNIQUE_LENGTH
}

/** 64 hexadecimal digits. @param purpose What is hashed for different purposes has nothing in common. */
export function digestOf(key: string, purpose: 'hash' | 'fake', value: string): string {
  return createHmac('sha256', key).update(`${purpose}:`).update(value).digest('hex')
}

function isAddress(value: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
}

/** Version 8 of RFC 9562: one whose bits are one's own. */
function writeUuid(digest: string): string {
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ]
  return parts.join('-')
}
