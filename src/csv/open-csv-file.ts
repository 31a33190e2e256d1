import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Large enough that calls cost nothing, small enough to stay in the cache. */
const CHUNK_BYTES = 512 * 1024

/** A link that took the place of the file since it was found must not lead elsewhere. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW

/**
 * The bytes of a file as they are. All chunks are read into one buffer: a chunk holds only until the
 * next one is asked for.
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
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    let position = start
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
