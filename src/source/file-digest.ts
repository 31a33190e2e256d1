import { createHash } from 'node:crypto'

/** The SHA-256 of a file as it is on disk, worked out while it is read. */
export class FileDigest {
  #sha256: string | null = null

  /** As 64 hexadecimal digits; null unless the file was read to its end. */
  get sha256(): string | null {
    return this.#sha256
  }

  /** Looks at the bytes of the file as they pass, from its start. */
  async *watch(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    this.#sha256 = null
    const hash = createHash('sha256')
    for await (const chunk of bytes) {
      hash.update(chunk)
      yield chunk
    }
    this.#sha256 = hash.digest('hex')
  }
}
