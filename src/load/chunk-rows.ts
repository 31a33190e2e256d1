const LF = 0x0a

/** COPY text that is taken in pieces of so many rows, each to be taken whole before the next. */
export class ChunkRows {
  /** Rows that were taken. */
  taken = 0
  readonly #source: AsyncIterator<Buffer>
  /** What comes next; null when there is nothing more. */
  #next: Buffer | null = null

  private constructor(source: AsyncIterator<Buffer>) {
    this.#source = source
  }

  /** @param text In chunks of whole rows, each ended by a line feed: one in a value is escaped. */
  static async open(text: AsyncIterable<Buffer>): Promise<ChunkRows> {
    const rows = new ChunkRows(text[Symbol.asyncIterator]())
    await rows.#advance()
    return rows
  }

  /** Whether all rows were taken. */
  get isDone(): boolean {
    return this.#next === null
  }

  /** The next rows: exactly so many, unless there are no more. */
  async *take(maxRows: number): AsyncGenerator<Buffer> {
    let left = maxRows
    while (left > 0 && this.#next !== null) {
      const text = this.#next
      const { rows, end } = findRows(text, left)
      yield text.subarray(0, end)
      this.taken += rows
      left -= rows
      if (end < text.length) this.#next = text.subarray(end)
      else await this.#advance()
    }
  }

  /** Closes the files behind the text. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async #advance(): Promise<void> {
    const { done, value } = await this.#source.next()
    this.#next = done ? null : value
  }
}

/** How many rows there are, as many as wanted at the most, and where the last of them ends. */
function findRows(text: Buffer, wanted: number): { readonly rows: number; readonly end: number } {
  let rows = 0
  let end = 0
  while (rows < wanted) {
    const at = text.indexOf(LF, end)
    if (at === -1) break
    rows++
    end = at + 1
  }
  return { rows, end }
}
