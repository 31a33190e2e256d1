import type { CsvChunks } from '../csv/csv-chunks.js'

const LF = 0x0a

/** Rows of a file that are read as if they were not there. */
export interface LeftOutRows {
  /** Offsets in the file, in order: where each row begins, and where the next one does. */
  readonly ranges: Float64Array
  /**
   * Whether the lines of the rows stay, empty, so that those behind them keep their numbers: an empty
   * line is no row, unless rows have a single field.
   */
  readonly keepsLines: boolean
}

/** The bytes of a file without some of its rows. */
export class RemainingFile implements CsvChunks {
  readonly #chunks: CsvChunks
  readonly #leftOut: LeftOutRows

  constructor(chunks: CsvChunks, leftOut: LeftOutRows) {
    this.#chunks = chunks
    this.#leftOut = leftOut
  }

  get bytesRead(): number {
    return this.#chunks.bytesRead
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { ranges } = this.#leftOut
    let before = 0
    let next = 0
    for await (const chunk of this.#chunks) {
      const end = before + chunk.length
      const remaining: Uint8Array[] = []
      let from = before
      while (next < ranges.length && (ranges[next] as number) < end) {
        const start = ranges[next] as number
        const stop = ranges[next + 1] as number
        if (start > from) remaining.push(chunk.subarray(from - before, start - before))
        const cut = chunk.subarray(Math.max(start, from) - before, Math.min(stop, end) - before)
        remaining.push(this.#replacementOf(cut))
        from = Math.min(stop, end)
        if (stop > end) break
        next += 2
      }
      if (from < end) remaining.push(chunk.subarray(from - before))
      before = end
      yield remaining.length === 1 ? (remaining[0] as Uint8Array) : Buffer.concat(remaining)
    }
  }

  #replacementOf(cut: Uint8Array): Uint8Array {
    return this.#leftOut.keepsLines ? cut.filter((byte) => byte === LF) : cut.subarray(0, 0)
  }
}
