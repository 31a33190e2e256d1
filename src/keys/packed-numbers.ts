/** Bytes of the longest number: 53 bits, 7 in each. */
export const MAX_NUMBER_BYTES = 8

/**
 * Writes a whole number up to 2^53: 7 bits in a byte, the lowest first; the last byte is below 128. Gives
 * where it ends.
 */
export function writeNumber(number: number, bytes: Buffer, offset: number): number {
  let end = offset
  let rest = number
  while (rest > 127) {
    bytes[end++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  bytes[end++] = rest
  return end
}

/** The numbers that `writeNumber` wrote, one behind the other. */
export function* readNumbers(bytes: Uint8Array): Generator<number> {
  let number = 0
  let unit = 1
  for (const byte of bytes) {
    number += (byte & 127) * unit
    unit *= 128
    if (byte < 128) {
      yield number
      number = 0
      unit = 1
    }
  }
}
