import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Large enough that calls cost nothing, small enough to stay in the cache. */
const CHUNK_BYTES = 512 * 1024

/** All of a small file: a plan reads hundreds, and large buffers are cleared away by slow collections. */
const FIRST_CHUNK_BYTES = 64 * 1024

/** A link that took the place of the file since it was found must not lead elsewhere. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW

/**
 * The bytes of a file as they are. Chunks share a buffer: each holds only until the next one is asked
 * for.
 *
 * @param start Offset of the first byte.
 * @throws The reason of `signal` once it aborts.
 */
export async function* openCsvFile(
  path: string,
  signal?: AbortSignal,
  start = 0,
): AsyncGenerator<Buffer> {
  const file = await open(path, FLAGS)
  try {
    let buffer = Buffer.allocUnsafeSlow(FIRST_CHUNK_BYTES)
    let position = start
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
      if (buffer.length < CHUNK_BYTES && bytesRead === buffer.length) {
        buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
      }
    }
  } finally {
    await file.close()
  }
}
