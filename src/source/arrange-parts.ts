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
 *
 * @param files At least one.
 */
export function arrangeParts(
  model: string,
  files: readonly [FileName, ...FileName[]],
): ArrangedParts {
  const [first, ...others] = files
  const other = others.find(({ stem, part }) => part === null || stem !== first.stem)
  if (other !== undefined || (first.part === null && others.length > 0)) {
    const names = [first.name, (other ?? others[0] ?? first).name]
    return { parts: [first], error: duplicateFile(model, names) }
  }
  const parts = [...files].sort((a, b) => Number((a.part ?? 0n) - (b.part ?? 0n)))
  return { parts: [parts[0] ?? first, ...parts.slice(1)], error: checkNumbers(model, parts) }
}

function checkNumbers(model: string, parts: readonly FileName[]): GyroError | null {
  let wanted = parts[0]?.part === 0n ? 0n : 1n
  let before: FileName | null = null
  for (const file of parts) {
    if (file.part === null) return null
    if (before !== null && file.part === before.part) {
      return duplicateFile(model, [before.name, file.name])
    }
    if (file.part !== wanted) {
      return missingPart(model, { missing: wanted, found: file.name })
    }
    before = file
    wanted++
  }
  return null
}
