import type { CsvDialect } from './csv-dialect.js'
import { CsvScanner } from './csv-scanner.js'

/**
 * Hands every batch of rows of a file to `onBatch`, in order; see `CsvScanner` for what it holds.
 * It answers whether to go on reading.
 *
 * @throws {GyroError} `CSV.*` with file, line and column.
 */
export async function scanRows(
  chunks: AsyncIterable<Uint8Array>,
  source: { readonly dialect: CsvDialect; readonly file: string },
  onBatch: (scanner: CsvScanner) => boolean,
): Promise<void> {
  const scanner = new CsvScanner(source.dialect, source.file)
  for await (const chunk of chunks) {
    scanner.push(chunk)
    while (scanner.scan()) {
      if (!onBatch(scanner)) return
    }
  }
  scanner.end()
  while (scanner.scan()) {
    if (!onBatch(scanner)) return
  }
}
