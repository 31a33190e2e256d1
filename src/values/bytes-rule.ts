// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import type { Refusal, ValueRule } from './value-rule.js'
import { ambiguousBytes, notBytes } from './values-error.js'

const BACKSLASH = 0x5c
const LOWER_X = 0x78

const HEX_DIGIT = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\da-f]/i.test(String.fromCharCode(byte)) ? 1 : 0,
)

const HEX = /^\\x[\da-fA-F]*$/

/** As some databases write hexadecimal digits, and as base64 may look too. */
const BARE_HEX = /^(?:0x)?[\da-f]+$/i

/** Line ends that MIME and `encode()` of PostgreSQL put into base64. */
const LINE_END = /\r?\n/g

/**
 * `\x` and hexadecimal digits as they are, base64 of RFC 4648 with either alphabet as `\x`: PostgreSQL
 * would store any other text as its own bytes. Empty text is no bytes.
 */
export const bytesRule: ValueRule = {
  accepts(bytes, start, end) {
    if (start === end) return true
    if (bytes[start] !== BACKSLASH || bytes[start + 1] !== LOWER_X) return false
    for (let i = start + 2; i < end; i++) {
      if (HEX_DIGIT[bytes[i] as number] === 0) return false
    }
    return (end - start) % 2 === 0
  },

  convert(text) {
    if (text === '' || (text.length % 2 === 0 && HEX.test(text))) return text
    return decodeBase64(text.replace(LINE_END, ''))
  },
}

function decodeBase64(text: string): string | Refusal {
  const isUrlSafe = /[-_]/.test(text)
  const standard = isUrlSafe ? text.replaceAll('-', '+').replaceAll('_', '/') : text
  const bytes = Buffer.from(standard, 'base64')
  // Buffer skips what it cannot read, so that only the way back tells.
  const isBase64 = bytes.toString('base64') === standard && !(isUrlSafe && /[+/]/.test(text))
  if (!isBase64 || text === '') return notBytes()
  return BARE_HEX.test(text) ? ambiguousBytes() : `\\x${bytes.toString('hex')}`
}
