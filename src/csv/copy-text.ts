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

/** What no byte is equal to. */
const NO_BYTE = -1

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

/** Escapes for COPY. Of what `escaper` makes literal in quotes, it is left out; -1 where nothing does. */
export function writeEscaped(
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
