// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import { type CsvScanner, FieldKind } from './csv-scanner.js'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const BACKSLASH = 0x5c
const LOWER_N = 0x6e
const LOWER_R = 0x72
const LOWER_T = 0x74
const UPPER_N = 0x4e
const ZERO = 0x30
const MINUS = 0x2d

/** What no byte is equal to. */
const NO_BYTE = -1

/** Below this many bytes a loop beats a native copy. */
export const LOOP_BYTES = 48

/** Bytes that the text of an integer of 64 bits can take. */
export const MAX_INTEGER_BYTES = 20

/**
 * Writes the TEXT format of COPY, in which a tab, a line break or a backslash of a value is escaped:
 * unlike CSV it has one way to write NULL, and no `\.` of the data can end the load.
 *
 * Each function writes at `offset` of `out` and gives the offset after what it wrote. The caller has
 * made sure of the room: at most two bytes for each byte of the field, and one for the separator.
 */

/** `\N`. */
export function writeNull(out: Buffer, offset: number): number {
  out[offset] = BACKSLASH
  out[offset + 1] = UPPER_N
  return offset + 2
}

/** Writes field `index` of the scanner's batch, whatever its kind; never as NULL. */
export function writeField(
  scanner: CsvScanner,
  index: number,
  out: Buffer,
  offset: number,
): number {
  const { bytes } = scanner
  const start = scanner.starts[index] as number
  const end = scanner.ends[index] as number
  const kind = scanner.kinds[index] as number
  if (kind >= FieldKind.PlainEscaped) {
    const escaper = kind === FieldKind.QuotedEscaped ? scanner.escaper : NO_BYTE
    return writeEscaped(bytes, { start, end, escaper }, out, offset)
  }
  return offset + bytes.copy(out, offset, start, end)
}

/** Escapes for COPY. Of what an escape of CSV makes literal, the escape is left out. */
function writeEscaped(
  bytes: Buffer,
  field: { readonly start: number; readonly end: number; readonly escaper: number },
  out: Buffer,
  offset: number,
): number {
  const { start, end, escaper } = field
  // The closing quote is at `end`: so the quote byte need not be handed in.
  const quote = bytes[end]
  let at = offset
  for (let i = start; i < end; i++) {
    let byte = bytes[i] as number
    if (byte === escaper) {
      const next = bytes[i + 1]
      if (next === quote || next === escaper) {
        byte = next as number
        i++
      }
    }
    if (byte === BACKSLASH) {
      out[at++] = BACKSLASH
      out[at++] = BACKSLASH
    } else if (byte === LF) {
      out[at++] = BACKSLASH
      out[at++] = LOWER_N
    } else if (byte === TAB) {
      out[at++] = BACKSLASH
      out[at++] = LOWER_T
    } else if (byte === CR) {
      out[at++] = BACKSLASH
      out[at++] = LOWER_R
    } else {
      out[at++] = byte
    }
  }
  return at
}

/** Writes text that comes from no file. */
export function writeText(text: string, out: Buffer, offset: number): number {
  const bytes = Buffer.from(text)
  return writeEscaped(bytes, { start: 0, end: bytes.length, escaper: NO_BYTE }, out, offset)
}

/** Writes a whole number up to 2^53 in decimal. */
export function writeInteger(value: number, out: Buffer, offset: number): number {
  let at = offset
  let rest = value
  if (rest < 0) {
    out[at++] = MINUS
    rest = -rest
  }
  const end = at + countDigits(rest)
  let i = end
  // Division of doubles is slow: only what exceeds 31 bits goes through it.
  while (rest > 0x7fffffff) {
    const tenth = Math.floor(rest / 10)
    out[--i] = ZERO + (rest - tenth * 10)
    rest = tenth
  }
  let small = rest | 0
  while (small >= 100) {
    const hundredth = (small / 100) | 0
    const pair = DIGIT_PAIRS[small - hundredth * 100] as number
    out[--i] = pair & 0xff
    out[--i] = pair >>> 8
    small = hundredth
  }
  const pair = DIGIT_PAIRS[small] as number
  out[--i] = pair & 0xff
  if (small >= 10) {
    out[--i] = pair >>> 8
  }
  return end
}

/** The two digits of 0 to 99 as bytes, the first one shifted left by eight. */
const DIGIT_PAIRS = Uint16Array.from(
  { length: 100 },
  (_, pair) => ((ZERO + Math.floor(pair / 10)) << 8) | (ZERO + (pair % 10)),
)

/** Digits of a whole number from 0 to 2^53. */
function countDigits(value: number): number {
  if (value < 1e4) {
    return value < 1e2 ? (value < 1e1 ? 1 : 2) : value < 1e3 ? 3 : 4
  }
  if (value < 1e8) {
    return value < 1e6 ? (value < 1e5 ? 5 : 6) : value < 1e7 ? 7 : 8
  }
  let digits = 9
  for (let limit = 1e9; value >= limit; limit *= 10) {
    digits++
  }
  return digits
}
