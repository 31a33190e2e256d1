import type { FileDigest } from './file-digest.js'
import type { SourceFile } from './source-file.js'

/** What to tell people of a file that is not what an export wrote. */
export function changedSinceExport(file: string): string {
  return `${file} has changed since its export.`
}

/**
 * What to tell people of files that an export wrote and that hold something else now, of the same size:
 * those of another one are told before they are read.
 *
 * @param digests Of files that were read; one that was not read to its end says nothing.
 */
export function warnOfChangedFiles(
  digests: Iterable<readonly [SourceFile, FileDigest]>,
): readonly string[] {
  return [...digests].flatMap(([{ path, bytes, exported, shifts }, { sha256 }]) => {
    // A copy that hooks have changed is not the file.
    const isOriginal = exported !== undefined && shifts === undefined && exported.bytes === bytes
    return isOriginal && sha256 !== null && sha256 !== exported.sha256
      ? [changedSinceExport(path)]
      : []
  })
}
