import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import type { CsvChunks } from '../csv/csv-chunks.js'
import { readBytes } from './read-bytes.js'
import { badArchive, inflatedTooFar, noZstd } from './source-error.js'
import type { Compression, SourceFile } from './source-file.js'
import { ZstdFrames } from './zstd-frames.js'

/** Up to this size a good ratio says nothing: a few repeated rows pack very well. */
const RATIO_COUNTS_FROM = 64 * 2 ** 20

/** Size of the chunks that come out. */
const CHUNK_BYTES = 128 * 1024

/** What inflates the bytes of an archive, and counts those that it has used up. */
interface Inflater extends Transform {
  readonly bytesWritten: number
}

/** The part of `node:zlib` that older versions of Node lack. */
interface Zstd {
  readonly createZstdDecompress?: (options: zlib.ZlibOptions) => Inflater
}

/**
 * Makes the inflater of a kind of archive.
 *
 * @throws {GyroError} `SOURCE.NO_ZSTD` where this version of Node cannot read it.
 */
export function createInflater(file: string, compression: Compression): Inflater {
  const { createZstdDecompress } = zlib as Zstd
  const create = compression === 'gzip' ? zlib.createGunzip : createZstdDecompress
  if (create === undefined) {
    throw noZstd(file, process.version)
  }
  return create({ chunkSize: CHUNK_BYTES })
}

/** How the bytes of an archive are read. */
interface PackedBytes {
  /** All of them, from the start. */
  readonly packed: AsyncIterable<Buffer>
  readonly signal: AbortSignal | undefined
}

/** The bytes in an archive. They are made as they are asked for: nothing holds all of them. */
export class InflatedFile implements CsvChunks {
  bytesRead = 0
  readonly #file: SourceFile
  readonly #compression: Compression
  readonly #packed: AsyncIterable<Buffer>
  readonly #signal: AbortSignal | undefined

  constructor(file: SourceFile, compression: Compression, { packed, signal }: PackedBytes) {
    this.#file = file
    this.#compression = compression
    this.#packed = packed
    this.#signal = signal
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const file = this.#file
    const inflater = createInflater(file.path, this.#compression)
    const frames = this.#compression === 'zstd' ? new ZstdFrames() : null
    const packed = Readable.from(copyChunks(this.#packed, frames))
    // What fails in it destroys the inflater, and so is thrown where that is read.
    const feeding = pipeline(packed, inflater).catch(() => {})
    const limit = limitOf(file)
    let inflated = 0
    try {
      for await (const chunk of inflater) {
        inflated += chunk.length
        if (inflated > limit) {
          throw inflatedTooFar(file, limit)
        }
        // The inflater is ahead of its reader, which should not look faster than it is.
        const share = inflated / (inflated + inflater.readableLength)
        this.bytesRead = Math.round(inflater.bytesWritten * share)
        yield chunk
      }
    } catch (error) {
      throw isArchiveError(error) ? badArchive(file.path, error) : error
    } finally {
      inflater.destroy()
      await feeding
    }
    if (frames?.isComplete === false) {
      throw badArchive(file.path, new Error('unexpected end of file'))
    }
    await this.#expectEnd(inflater.bytesWritten)
    this.bytesRead = file.bytes
  }

  /** Behind the last member zlib ignores what begins with a zero: also another member. */
  async #expectEnd(used: number): Promise<void> {
    for await (const chunk of readBytes(this.#file, this.#signal, used)) {
      if (chunk.some((byte) => byte !== 0)) {
        throw badArchive(this.#file.path, new Error(REST[this.#compression]))
      }
    }
  }
}

/** What stands behind the end that the inflater found. */
const REST: Readonly<Record<Compression, string>> = {
  gzip: 'bytes follow that belong to no archive',
  zstd: 'Node unpacks the first frame only, and others follow',
}

/** Chunks that hold on, as a stream reads ahead; `frames` sees them too. */
async function* copyChunks(
  chunks: AsyncIterable<Buffer>,
  frames: ZstdFrames | null,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    frames?.push(chunk)
    yield Buffer.from(chunk)
  }
}

function limitOf({ bytes, maxInflated }: SourceFile): number {
  return Math.min(maxInflated.bytes, Math.max(RATIO_COUNTS_FROM, maxInflated.ratio * bytes))
}

/** zlib's own codes: `Z_DATA_ERROR`, `Z_BUF_ERROR`, `ZSTD_error_…`. */
function isArchiveError(error: unknown): error is Error {
  return String((error as { readonly code?: unknown }).code).startsWith('Z')
}
