import type { CsvChunks } from '../csv/csv-chunks.js'
import { openCsvFile } from '../csv/open-csv-file.js'
import { InflatedFile } from './inflated-file.js'
import type { SourceFile } from './source-file.js'

/**
 * The CSV bytes of a file from its start, inflated if it is an archive.
 *
 * @throws {GyroError} while it is read: `SOURCE.BAD_ARCHIVE`, `SOURCE.INFLATED_TOO_FAR`.
 * @throws The reason of `signal` once it aborts.
 */
export function openSourceFile(file: SourceFile, signal?: AbortSignal): CsvChunks {
  return file.compression === null
    ? new PlainFile(file, signal)
    : new InflatedFile(file, file.compression, signal)
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
    for await (const chunk of openCsvFile(this.#file.opened, this.#signal)) {
      this.bytesRead += chunk.length
      yield chunk
    }
  }
}
