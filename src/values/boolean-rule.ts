// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import { trimBlanks } from './blanks.js'
import type { ValueRule } from './value-rule.js'
import { notABoolean } from './values-error.js'

/** What PostgreSQL and programs write. PostgreSQL takes any beginning of a word, such as `tr`. */
const WORDS = ['t', 'true', '1', 'yes', 'y', 'on', 'f', 'false', '0', 'no', 'n', 'off']

/** Sets the bit that tells the lower case of a letter from the upper one. */
const LOWER_CASE = 0x20

const ONE_BYTE = Uint8Array.from({ length: 256 }, (_, byte) =>
  WORDS.includes(String.fromCharCode(byte).toLowerCase()) ? 1 : 0,
)
const [NO, ON, YES, OFF, TRUE, FALS] = ['no', 'on', 'yes', 'off', 'true', 'fals'].map(pack)
const LOWER_E = 0x65

/** Booleans as whole words, in any case. */
export const booleanRule: ValueRule = {
  accepts(bytes, start, end) {
    const length = end - start
    if (length === 1) return ONE_BYTE[bytes[start] as number] === 1
    let word = 0
    for (let i = start; i < end && i < start + 4; i++) {
      word = (word << 8) | (bytes[i] as number) | LOWER_CASE
    }
    switch (length) {
      case 2:
        return word === NO || word === ON
      case 3:
        return word === YES || word === OFF
      case 4:
        return word === TRUE
      case 5:
        return word === FALS && ((bytes[start + 4] as number) | LOWER_CASE) === LOWER_E
      default:
        return false
    }
  },

  convert(text) {
    const trimmed = trimBlanks(text)
    return WORDS.includes(trimmed.toLowerCase()) ? trimmed : notABoolean()
  },
}

/** Up to four bytes as one number. */
function pack(word: string): number {
  return [...Buffer.from(word)].reduce((packed, byte) => (packed << 8) | byte, 0)
}
