// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/values/reference-date-time.ts.
const ZERO = 0x30
const TWO = 0x32
const FOUR = 0x34
const SIX = 0x36
const COLON = 0x3a
const DASH = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const BLANK = 0x20
const UPPER_T = 0x54
const UPPER_Z = 0x5a

const DATE_BYTES = 10
const SHORT_TIME_BYTES = 5
const TIME_BYTES = 8

/** `2026-01-31`: digits in their places, whatever they say. */
export function isDate(bytes: Buffer, start: number, end: number): boolean {
  return end - start === DATE_BYTES && startsWithDate(bytes, start)
}

/** `12:00`, `12:00:30` or `12:00:30.5`. */
export function isTime(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start
  if (length < SHORT_TIME_BYTES || !isPair(bytes, start)) return false
  if (bytes[start + 2] !== COLON || !isPair(bytes, start + 3)) return false
  if (length === SHORT_TIME_BYTES) return true
  if (length < TIME_BYTES || bytes[start + 5] !== COLON) return false
  if (!isPair(bytes, start + 6)) return false
  if (length === TIME_BYTES) return true
  if (length === TIME_BYTES + 1 || bytes[start + TIME_BYTES] !== POINT) return false
  for (let i = start + TIME_BYTES + 1; i < end; i++) {
    if (((bytes[i] as number) ^ ZERO) > 9) return false
  }
  return true
}

/** `2026-01-31T12:00` or with a blank, and what else is a time. */
export function isTimestamp(bytes: Buffer, start: number, end: number): boolean {
  const separator = bytes[start + DATE_BYTES]
  return (
    end - start > DATE_BYTES &&
    (separator === UPPER_T || separator === BLANK) &&
    startsWithDate(bytes, start) &&
    isTime(bytes, start + DATE_BYTES + 1, end)
  )
}

/**
 * Where the offset at the end of a time begins: `Z`, `+02`, `+0200` or `+02:00`; `end` when there is
 * none. Asks for six bytes at least.
 */
export function findOffset(bytes: Buffer, end: number): number {
  if (bytes[end - 1] === UPPER_Z) return end - 1
  if (isSign(bytes[end - 3] as number) && isPair(bytes, end - 2)) return end - 3
  if (!isPair(bytes, end - 2)) return end
  if (isSign(bytes[end - 5] as number) && isPair(bytes, end - 4)) return end - 5
  if (bytes[end - 3] !== COLON || !isPair(bytes, end - 5)) return end
  return isSign(bytes[end - 6] as number) ? end - 6 : end
}

/** Whether the offset at [start, end) is `Z` or zero; none is too. */
export function isZeroOffset(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) {
    if (bytes[i] !== ZERO && bytes[i] !== COLON) return false
  }
  return true
}

/** Whether a time ends on the day it says: no 24:00 and no second 60. Asks for a time. */
export function isWithinDay(bytes: Buffer, start: number, end: number): boolean {
  const tens = bytes[start] as number
  if (tens > TWO || (tens === TWO && (bytes[start + 1] as number) >= FOUR)) return false
  return end - start === SHORT_TIME_BYTES || (bytes[start + 6] as number) < SIX
}

function startsWithDate(bytes: Buffer, start: number): boolean {
  return (
    isPair(bytes, start) &&
    isPair(bytes, start + 2) &&
    bytes[start + 4] === DASH &&
    isPair(bytes, start + 5) &&
    bytes[start + 7] === DASH &&
    isPair(bytes, start + 8)
  )
}

/** Two digits. Xor maps digits to 0 to 9, and nothing else to these. */
function isPair(bytes: Buffer, at: number): boolean {
  return ((bytes[at] as number) ^ ZERO) <= 9 && ((bytes[at + 1] as number) ^ ZERO) <= 9
}

function isSign(byte: number): boolean {
  return byte === PLUS || byte === DASH
}
