import { open } from 'node:fs/promises'

/** Large enough that calls cost nothing, small enough to stay in the cache. */
const CHUNK_BYTES = 512 * 1024

/**
 * The bytes of a file from its start. All chunks are read into one buffer: a chunk holds only until
 * the next one is asked for.
 *
 * @throws The reason of `signal` once it aborts.
 */
export async function* openCsvFile(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
