// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
const MINUS = 0x2d

/** Bytes that the text of an integer of 64 bits can take. */
export const MAX_INTEGER_BYTES = 20

/** Digits are written four at a time, as a word: up to three bytes behind the last are written over. */
const WORD_DIGITS = 10_000
/** Eight digits fit 31 bits, in which division is fast. */
const SMALL_LIMIT = 1e8

/**
 * Writes a whole number up to 2^53 in decimal. Gives the offset behind it; up to three bytes from there
 * on are written too, and hold nothing.
 */
export function writeInteger(value: number, out: DataView, offset: number): number {
  return value >= 0 && value < SMALL_LIMIT
    ? writeSmall(value | 0, out, offset)
    : writeLarge(value, out, offset)
}

function writeSmall(value: number, out: DataView, offset: number): number {
  const high = (value / WORD_DIGITS) | 0
  if (high === 0) {
    return writeLeading(value, out, offset)
  }
  const next = writeLeading(high, out, offset)
  out.setInt32(next, writeDigits(value - high * WORD_DIGITS), true)
  return next + 4
}

function writeLarge(value: number, out: DataView, offset: number): number {
  if (value < 0) {
    out.setUint8(offset, MINUS)
    return writeInteger(-value, out, offset + 1)
  }
  const high = Math.floor(value / SMALL_LIMIT)
  const low = (value - high * SMALL_LIMIT) | 0
  const next = writeInteger(high, out, offset)
  const middle = (low / WORD_DIGITS) | 0
  out.setInt32(next, writeDigits(middle), true)
  out.setInt32(next + 4, writeDigits(low - middle * WORD_DIGITS), true)
  return next + 8
}

/** Below 10 000, without zeros in front. */
function writeLeading(value: number, out: DataView, offset: number): number {
  const digits = value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4
  out.setInt32(offset, writeDigits(value) >>> (32 - 8 * digits), true)
  return offset + digits
}

/**
 * The four digits of a number below 10 000, the first as the lowest byte. All are found at once:
 * hundreds beside units, then tens beside units in each. Products with a reciprocal are quotients.
 */
function writeDigits(value: number): number {
  const hundreds = (value * 5243) >>> 19
  const pairs = hundreds | ((value - hundreds * 100) << 16)
  const tens = (Math.imul(pairs, 103) >>> 10) & 0x000f000f
  return tens | ((pairs - tens * 10) << 8) | 0x30303030
}
