import type { GyroError } from '../error/gyro-error.js'
import type { FileName } from './file-name.js'
import { duplicateFile, missingPart } from './source-error.js'

/** The files of one model in the order of their rows. */
export interface ArrangedParts {
  /** As many as belong together. */
  readonly parts: readonly [FileName, ...FileName[]]
  /** What is wrong with them; null when nothing is. */
  readonly error: GyroError | null
}

/**
 * Puts the files of a model in order: one alone, or parts that are called the same and numbered from
 * 0 or 1 without a gap. A part that is missing would be rows that are missing.
 */
export function arrangeParts(
  model: string,
  files: readonly [FileName, ...FileName[]],
): ArrangedParts {
  const [first, ...others] = files
  const stranger = others.find(
    ({ stem, part }) => stem !== first.stem || part === null || first.part === null,
  )
  if (stranger !== undefined) {
    return { parts: [first], error: duplicateFile(model, [first.name, stranger.name]) }
  }
  // A file without a number is alone.
  const numbered = files
    .flatMap((file) => (file.part === null ? [] : [{ ...file, part: file.part }]))
    .sort((a, b) => (a.part < b.part ? -1 : 1))
  const [lowest = first, ...rest] = numbered
  return { parts: [lowest, ...rest], error: checkNumbers(model, numbered) }
}

function checkNumbers(
  model: string,
  files: readonly { readonly name: string; readonly part: bigint }[],
): GyroError | null {
  let wanted = files[0]?.part === 0n ? 0n : 1n
  for (const [index, { name, part }] of files.entries()) {
    const before = files[index - 1]
    if (before?.part === part) {
      return duplicateFile(model, [before.name, name])
    }
    if (part !== wanted) {
      return missingPart(model, { missing: wanted, found: name })
    }
    wanted++
  }
  return null
}
