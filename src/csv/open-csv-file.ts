import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'

/** Large enough that calls cost nothing, small enough that a few in flight do not show in memory. */
const CHUNK_BYTES = 256 * 1024

/** The bytes of a file from its start. */
export function openCsvFile(path: string, signal?: AbortSignal): Readable {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES, ...(signal && { signal }) })
}
