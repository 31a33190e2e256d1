import type { LineShifts } from '../csv/line-shifts.js'

const LF = 0x0a

/** Room that is made at first, in bytes: a batch mostly fits. */
const FIRST_BYTES = 64 * 1024

/**
 * Bytes of a file with some ranges replaced, a batch at a time: `begin`, what is replaced in order, `end`.
 * Counts lines on the way.
 */
export class RewrittenBytes {
  readonly #shifts: LineShifts
  /** By how much lines are further down by now. */
  #by = 0
  /** The batch, up to where it was copied, and up to where lines were counted. */
  #bytes: Buffer = Buffer.alloc(0)
  #copied = 0
  #counted = 0
  /** The line of the original at `#counted`. */
  #line = 1
  #output: Buffer = Buffer.alloc(0)
  #length = 0
  /** Lines that the row has got since the last `endRow`. */
  #more = 0

  constructor(shifts: LineShifts) {
    this.#shifts = shifts
  }

  /** @param bytes Hold the batch from the offset `from` on. */
  begin(bytes: Buffer, from: number): void {
    this.#bytes = bytes
    this.#copied = from
    this.#counted = from
    this.#output = Buffer.allocUnsafe(FIRST_BYTES)
    this.#length = 0
  }

  /** The line of the original that an offset is on. Offsets go up. */
  lineAt(offset: number): number {
    this.#line += countLineFeeds(this.#bytes, this.#counted, offset)
    this.#counted = offset
    return this.#line
  }

  replace([from, to]: readonly [number, number], text: string): void {
    this.#copy(from)
    this.#copied = to
    // No character takes more bytes.
    this.#makeRoom(3 * text.length)
    this.#length += this.#output.write(text, this.#length)
    this.#more += text.split('\n').length - 1 - countLineFeeds(this.#bytes, from, to)
  }

  /** Says that a row, of which all was replaced, ends in front of the line end at an offset. */
  endRow(offset: number): void {
    if (this.#more === 0) return
    this.#by += this.#more
    this.#shifts.add(this.lineAt(offset) + 1 + this.#by, this.#more)
    this.#more = 0
  }

  /** Ends the batch at an offset: gives all of it. */
  end(to: number): Buffer {
    this.lineAt(to)
    this.#copy(to)
    return this.#output.subarray(0, this.#length)
  }

  #copy(to: number): void {
    this.#makeRoom(to - this.#copied)
    this.#length += this.#bytes.copy(this.#output, this.#length, this.#copied, to)
    this.#copied = to
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#output.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#output.length))
    this.#output.copy(grown, 0, 0, this.#length)
    this.#output = grown
  }
}

function countLineFeeds(bytes: Buffer, from: number, to: number): number {
  let count = 0
  for (let at = bytes.indexOf(LF, from); at !== -1 && at < to; at = bytes.indexOf(LF, at + 1)) {
    count++
  }
  return count
}
