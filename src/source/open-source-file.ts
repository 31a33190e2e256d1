import type { CsvChunks } from '../csv/csv-chunks.js'
import type { FileDigest } from './file-digest.js'
import { InflatedFile } from './inflated-file.js'
import { RemainingFile } from './left-out-rows.js'
import { readBytes } from './read-bytes.js'
import type { SourceFile } from './source-file.js'

/**
 * The CSV bytes of a file from its start, inflated if it is an archive, without the rows that are left
 * out.
 *
 * @param digest Gets to see the bytes as they are on disk.
 * @throws {GyroError} while it is read: `SOURCE.UNREADABLE_FILE`, `SOURCE.BAD_ARCHIVE`,
 * `SOURCE.INFLATED_TOO_FAR`, `SOURCE.NO_ZSTD`.
 * @throws The reason of `signal` once it aborts.
 */
export function openSourceFile(
  file: SourceFile,
  signal?: AbortSignal,
  digest?: FileDigest,
): CsvChunks {
  const bytes = readBytes(file, signal)
  const watched = digest === undefined ? bytes : digest.watch(bytes)
  const chunks =
    file.compression === null
      ? new PlainFile(watched)
      : new InflatedFile(file, file.compression, { packed: watched, signal })
  return file.leftOut === undefined ? chunks : new RemainingFile(chunks, file.leftOut)
}

class PlainFile implements CsvChunks {
  bytesRead = 0
  readonly #bytes: AsyncIterable<Buffer>

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#bytes = bytes
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#bytes) {
      this.bytesRead += chunk.length
      yield chunk
    }
  }
}
