// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`; the plain
// reference it is compared with lives in test/values/reference-date-time.ts.
import { endOfDigits } from './end-of-digits.js'

const ZERO = 0x30
const TWO = 0x32
const FOUR = 0x34
const SIX = 0x36
const COLON = 0x3a
const DASH = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const BLANK = 0x20
const ANY = 0x3f
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
    isSeparator(separator as number) &&
    startsWithDate(bytes, start) &&
    isTime(bytes, start + DATE_BYTES + 1, end)
  )
}

/**
 * Where `2026-01-31T12:00:30` ends that begins at `start`, its fraction and `Z` included if there are
 * any, in bytes that hold what is none of its own behind it; -1 when there is none.
 */
export function endOfTimestamp(bytes: DataView, start: number): number {
  const isThere =
    fits(bytes.getInt32(start, true), YEAR) &&
    fits(bytes.getInt32(start + 4, true), MONTH) &&
    fits(bytes.getInt32(start + 8, true), DAY) &&
    isSeparator(bytes.getUint8(start + DATE_BYTES)) &&
    fits(bytes.getInt32(start + 12, true), MINUTES) &&
    fits(bytes.getInt32(start + 16, true), SECONDS)
  if (!isThere) return -1
  let end = start + DATE_BYTES + 1 + TIME_BYTES
  if (bytes.getUint8(end) === POINT) {
    const fraction = end + 1
    end = endOfDigits(bytes, fraction)
    if (end === fraction) return -1
  }
  return bytes.getUint8(end) === UPPER_Z ? end + 1 : end
}

/**
 * Four bytes at a time, the first of which is the lowest: what is equal to them where `mask` is 0xff,
 * and a digit where it is 0xf0. `carry` takes what is more than a digit beyond its four bits.
 */
interface Pattern {
  readonly bytes: number
  readonly mask: number
  readonly carry: number
}

const YEAR = patternOf('0000')
const MONTH = patternOf('-00-')
const DAY = patternOf('00?0')
const MINUTES = patternOf('0:00')
const SECONDS = patternOf(':00?')

function fits(word: number, { bytes, mask, carry }: Pattern): boolean {
  const rest = word ^ bytes
  return ((rest | (rest + carry)) & mask) === 0
}

/** 0 stands for any digit, ? for any byte. */
function patternOf(text: string): Pattern {
  const wordOf = (digit: number, any: number, other: (byte: number) => number) =>
    Buffer.from(
      [...Buffer.from(text)].map((byte) =>
        byte === ZERO ? digit : byte === ANY ? any : other(byte),
      ),
    ).readInt32LE()
  return {
    bytes: wordOf(ZERO, 0, (byte) => byte),
    mask: wordOf(0xf0, 0, () => 0xff),
    carry: wordOf(6, 0, () => 0),
  }
}

function isSeparator(byte: number): boolean {
  return byte === BLANK || byte === UPPER_T
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
