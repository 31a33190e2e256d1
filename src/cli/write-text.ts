import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { systemCode } from './system-code.js'
import type { OutputStream } from './terminal.js'

/** Writes text as fast as it is read, and leaves the stream open. A reader that went away is no failure. */
export async function writeText(text: AsyncIterable<string>, stream: OutputStream): Promise<void> {
  try {
    await pipeline(Readable.from(text), stream, { end: false })
  } catch (error) {
    if (systemCode(error) !== 'EPIPE') throw error
  }
}
