import type { FileDigest } from './file-digest.js'
import { readBytes } from './read-bytes.js'
import type { SourceFile } from './source-file.js'

/**
 * The SHA-256 of a file: what was worked out when it was read, else it is read once more.
 *
 * @throws {GyroError} `SOURCE.UNREADABLE_FILE`.
 */
export async function hashSourceFile(
  file: SourceFile,
  digest: FileDigest,
  signal: AbortSignal,
): Promise<string> {
  if (digest.sha256 === null) {
    for await (const _ of digest.watch(readBytes(file, signal)));
  }
  return digest.sha256 as string
}
