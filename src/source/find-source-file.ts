import type { Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileName } from './file-name.js'
import type { FolderOptions } from './folder-options.js'
import { createInflater } from './inflated-file.js'
import { linkOutside, notAFile, unreadableFile } from './source-error.js'
import type { SourceFile } from './source-file.js'

/**
 * Looks at a file of a folder without reading it. A pipe, which can be read only once, is none, and a
 * link leads anywhere: it is followed only where that is asked for, and never out of the folder.
 *
 * @throws {GyroError} `SOURCE.NOT_A_FILE`, `SOURCE.LINK_OUTSIDE`, `SOURCE.UNREADABLE_FILE`,
 * `SOURCE.NO_ZSTD`.
 */
export async function findSourceFile(
  folder: string,
  { name, compression }: FileName,
  { followSymlinks, maxInflated }: Omit<FolderOptions, 'ignoreUnknown'>,
): Promise<SourceFile> {
  const file = path.join(folder, name)
  let found = await readable(file, lstat(file))
  let opened = file
  if (found.isSymbolicLink() && followSymlinks) {
    opened = await readable(file, realpath(file))
    if (!isInside(opened, await readable(file, realpath(folder)))) {
      throw linkOutside(file)
    }
    found = await readable(file, stat(opened))
  }
  if (!found.isFile()) {
    throw notAFile(file, describeKind(found))
  }
  if (compression !== null) {
    // Only to see that it can be made.
    createInflater(file, compression).destroy()
  }
  return { name, path: file, opened, bytes: found.size, compression, maxInflated }
}

async function readable<Result>(file: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading
  } catch (cause) {
    throw unreadableFile(file, cause)
  }
}

function isInside(file: string, folder: string): boolean {
  const way = path.relative(folder, file)
  // Not every name that begins with two dots leads up: Kubernetes mounts `..data`.
  return !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way)
}

function describeKind(found: Stats): 'a link' | 'a pipe' | 'a folder' | 'a device or socket' {
  if (found.isSymbolicLink()) return 'a link'
  if (found.isFIFO()) return 'a pipe'
  return found.isDirectory() ? 'a folder' : 'a device or socket'
}
