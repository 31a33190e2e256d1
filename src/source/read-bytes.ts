import { openCsvFile } from '../csv/open-csv-file.js'
import { unreadableFile } from './source-error.js'
import type { SourceFile } from './source-file.js'

/**
 * The bytes of a file as they are on disk; see `openCsvFile`.
 *
 * @throws {GyroError} `SOURCE.UNREADABLE_FILE`.
 */
export async function* readBytes(
  { opened, path }: SourceFile,
  signal?: AbortSignal,
  start?: number,
): AsyncGenerator<Buffer> {
  try {
    yield* openCsvFile(opened, signal, start)
  } catch (error) {
    // Only a failed call of the operating system names one.
    const { syscall } = error as { readonly syscall?: string }
    throw syscall === undefined ? error : unreadableFile(path, error)
  }
}
