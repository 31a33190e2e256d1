// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
const ZERO = 0x30
const MINUS = 0x2d

/** Digits that are below 2^53 whatever they are. */
const SAFE_DIGITS = 15

/**
 * Reads the decimal text at [start, end) as a whole number. NaN when it is none, or when it is beyond
 * what a `number` holds exactly: `parseBigIntegerField` tells these apart.
 */
export function parseIntegerField(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === MINUS
  const first = negative ? start + 1 : start
  if (end - first > SAFE_DIGITS || end === first) {
    return Number.NaN
  }
  let value = 0
  for (let i = first; i < end; i++) {
    const digit = (bytes[i] as number) ^ ZERO
    if (digit > 9) {
      return Number.NaN
    }
    value = value * 10 + digit
  }
  return negative ? -value : value
}

/** The exact value of decimal text of any length; null when it is not a whole number. */
export function parseBigIntegerField(bytes: Buffer, start: number, end: number): bigint | null {
  const text = bytes.toString('latin1', start, end)
  return /^-?\d+$/.test(text) ? BigInt(text) : null
}
