import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { systemCode } from './system-code.js'
import type { OutputStream } from './terminal.js'

/** Writes bytes as fast as they are read, and leaves the stream open. A reader that went away is no failure. */
export async function writeBytes(
  bytes: AsyncIterable<Uint8Array>,
  stream: OutputStream,
): Promise<void> {
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), stream, { end: false })
  } catch (error) {
    if (systemCode(error) !== 'EPIPE') throw error
  }
}
