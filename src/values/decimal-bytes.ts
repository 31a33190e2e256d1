// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import { endOfDigits } from './end-of-digits.js'

const ZERO = 0x30
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e

/** Digits with a sign and a point, of which not more than `scale` follow the point. No exponent. */
export function isDecimal(bytes: Buffer, start: number, end: number, scale: number): boolean {
  const sign = bytes[start]
  const first = sign === MINUS || sign === PLUS ? start + 1 : start
  let i = first
  while (i < end && ((bytes[i] as number) ^ ZERO) <= 9) i++
  const whole = i - first
  if (i === end) return whole > 0 && scale >= 0
  if (bytes[i] !== POINT) return false
  const point = i++
  while (i < end && ((bytes[i] as number) ^ ZERO) <= 9) i++
  const fraction = i - point - 1
  return i === end && whole + fraction > 0 && fraction <= scale
}

/**
 * Where such a number ends that begins at `start`, in bytes that hold what is none of its own behind
 * it; -1 when there is none. One with a plus, or without a digit before its point, is not found.
 */
export function endOfDecimal(bytes: DataView, start: number, scale: number): number {
  const first = bytes.getUint8(start) === MINUS ? start + 1 : start
  const whole = endOfDigits(bytes, first)
  if (whole === first || scale < 0) return -1
  if (bytes.getUint8(whole) !== POINT) return whole
  const end = endOfDigits(bytes, whole + 1)
  return end - whole - 1 <= scale ? end : -1
}
