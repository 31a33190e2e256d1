// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.

/** Size of the chunks that go out. */
const CHUNK_BYTES = 256 * 1024

/** With less room than this a chunk is full. */
const FULL_BYTES = CHUNK_BYTES / 4

/** COPY text as it grows: chunks of whole rows, and the one that is being written. */
export class CopyOutput {
  /** Written up to `offset`. */
  bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  view = viewOf(this.bytes)
  offset = 0
  #chunks: Buffer[] = []

  /** Goes on in a new buffer of that much room, which the row begun at `rowFrom` moves into. */
  makeRoom(rowFrom: number, room: number): void {
    const begun = this.bytes.subarray(rowFrom, this.offset)
    if (rowFrom > 0) this.#chunks.push(this.bytes.subarray(0, rowFrom))
    this.bytes = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, begun.length + room))
    this.view = viewOf(this.bytes)
    this.bytes.set(begun)
    this.offset = begun.length
  }

  /** Between two rows: begins a new chunk when there is little room in this one. */
  flushFull(): void {
    if (this.bytes.length - this.offset < FULL_BYTES) this.makeRoom(this.offset, 0)
  }

  /** Between two rows: what was written since the last time. */
  take(): Buffer[] {
    if (this.offset > 0) this.makeRoom(this.offset, 0)
    const chunks = this.#chunks
    this.#chunks = []
    return chunks
  }
}

/** For reading and writing whole words. */
export function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}
