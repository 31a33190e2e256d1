import type { CsvChunks } from '../csv/csv-chunks.js'
import { InflatedFile } from './inflated-file.js'
import { RemainingFile } from './left-out-rows.js'
import { readBytes } from './read-bytes.js'
import type { SourceFile } from './source-file.js'

/**
 * The CSV bytes of a file from its start, inflated if it is an archive, without the rows that are left
 * out.
 *
 * @throws {GyroError} while it is read: `SOURCE.UNREADABLE_FILE`, `SOURCE.BAD_ARCHIVE`,
 * `SOURCE.INFLATED_TOO_FAR`, `SOURCE.NO_ZSTD`.
 * @throws The reason of `signal` once it aborts.
 */
export function openSourceFile(file: SourceFile, signal?: AbortSignal): CsvChunks {
  const chunks =
    file.compression === null
      ? new PlainFile(file, signal)
      : new InflatedFile(file, file.compression, signal)
  return file.leftOut === undefined ? chunks : new RemainingFile(chunks, file.leftOut)
}

class PlainFile implements CsvChunks {
  bytesRead = 0
  readonly #file: SourceFile
  readonly #signal: AbortSignal | undefined

  constructor(file: SourceFile, signal: AbortSignal | undefined) {
    this.#file = file
    this.#signal = signal
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of readBytes(this.#file, this.#signal)) {
      this.bytesRead += chunk.length
      yield chunk
    }
  }
}
