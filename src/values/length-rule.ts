// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import type { ValueRule } from './value-rule.js'
import { textTooLong } from './values-error.js'

/**
 * Text of `varchar(n)` and `char(n)`, of so many characters at most. Surplus blanks at the end count:
 * PostgreSQL would drop them in silence.
 */
export function characterLimitRule(limit: number): ValueRule {
  return {
    accepts: (bytes, start, end) =>
      end - start <= limit || countCharacters(bytes, start, end) <= limit,
    plain: { kind: 'limited', limit },
    convert(text) {
      const length = text.length <= limit ? text.length : [...text].length
      return length <= limit ? text : textTooLong(length, limit, 'characters')
    },
  }
}

/** Text of a type that PostgreSQL cuts off in silence behind so many bytes. */
export function byteLimitRule(limit: number): ValueRule {
  return {
    accepts: (_, start, end) => end - start <= limit,
    plain: { kind: 'limited', limit },
    convert(text) {
      const length = Buffer.byteLength(text)
      return length <= limit ? text : textTooLong(length, limit, 'bytes')
    },
  }
}

/** Characters of UTF-8: every byte but those that continue one. */
function countCharacters(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) {
    if (((bytes[i] as number) & 0xc0) !== 0x80) count++
  }
  return count
}
