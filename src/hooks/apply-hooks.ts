import { InternalError } from '../error/internal-error.js'
import type { ModelFiles, SourceFile } from '../source/source-file.js'
import type { Spool } from '../source/spool-input.js'
import { HookedFile, type HookedModel } from './hooked-file.js'

/** What hooks made of the files of a model, and how many rows they had before them. */
export interface HookedFiles {
  readonly files: ModelFiles
  readonly rows: number
}

/**
 * The files of a model with what its hooks made of the rows, kept as files of ours: the same rows in the
 * same order, also those that were rejected.
 *
 * @throws {GyroError} `HOOKS.*`, `CSV.*`, `SOURCE.*`.
 */
export async function applyHooks(
  files: ModelFiles,
  model: Omit<HookedModel, 'unwritten'>,
  spool: Spool,
): Promise<HookedFiles> {
  const { parts, bytes, unwritten } = files
  const changed: SourceFile[] = []
  let rows = 0
  let bytesBefore = 0
  for (const part of parts) {
    const onProgress = (read: number, soFar: number) => model.onProgress(bytesBefore + read, soFar)
    const hooked = new HookedFile(part, { ...model, unwritten, onProgress }, rows)
    const { opened, bytes: size, compression, maxInflated } = await spool(part.name, hooked)
    const { shifts } = hooked
    changed.push({ ...part, opened, bytes: size, compression, maxInflated, shifts })
    rows = hooked.rows
    bytesBefore += part.bytes
  }
  const [first, ...others] = changed
  if (first === undefined) throw new InternalError(`${files.model.name} has no file`)
  const rejected = model.rejected ?? new Map()
  const size = changed.reduce((sum, part) => sum + part.bytes, 0)
  const originals = { parts, bytes, rejected }
  return { files: { ...files, parts: [first, ...others], bytes: size, originals }, rows }
}
