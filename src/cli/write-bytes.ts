import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { unwritableFile } from './cli-error.js'
import { systemCode } from './system-code.js'
import type { OutputStream } from './terminal.js'

/**
 * Writes bytes as fast as they are read, and leaves the stream open. A reader that went away is no failure.
 *
 * @throws {GyroError} `CLI.UNWRITABLE`.
 */
export async function writeBytes(
  bytes: AsyncIterable<Uint8Array>,
  stream: OutputStream,
): Promise<void> {
  let failure: unknown = null
  const told = (error: unknown) => {
    failure = error
  }
  stream.once('error', told)
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), stream, { end: false })
  } catch (error) {
    if (systemCode(error) === 'EPIPE') return
    throw failure === error && systemCode(error) !== null
      ? unwritableFile('Standard output', error)
      : error
  } finally {
    stream.off('error', told)
  }
}
