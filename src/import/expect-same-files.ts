import type { RecordedFile } from '../history/chunked-run.js'
import type { Discovery } from '../source/discover-files.js'
import { FileDigest } from '../source/file-digest.js'
import { hashSourceFile } from '../source/hash-source-file.js'
import type { SourceFile } from '../source/source-file.js'
import { filesDiffer } from './resume-error.js'

/** The files of a batch, and what is there now. */
interface FileComparison {
  readonly batch: string
  readonly recorded: readonly RecordedFile[]
  readonly found: Discovery['files']
  /** Only these models; null for all that have a file. */
  readonly models: readonly string[] | null
  readonly signal: AbortSignal
}

/**
 * Reads all files to see whether they are what they were.
 *
 * @throws {GyroError} `IMPORT.FILES_DIFFER` naming every file that is not.
 */
export async function expectSameFiles({ batch, ...compared }: FileComparison): Promise<void> {
  const changed = await listChangedFiles(compared)
  if (changed.length > 0) throw filesDiffer(batch, changed)
}

/** Reads all files and gives those that are not what they were, each with what is wrong with it. */
export async function listChangedFiles({
  recorded,
  found,
  models,
  signal,
}: Omit<FileComparison, 'batch'>): Promise<readonly ChangedFile[]> {
  const parts = found
    .filter(({ model }) => models === null || models.includes(model.name))
    .flatMap(({ model, parts }) => parts.map((part) => ({ model: model.name, part })))
  const changed: ChangedFile[] = []
  for (const file of recorded) {
    const now = parts.find(({ model, part }) => model === file.model && part.name === file.path)
    const is = now === undefined ? 'is missing' : await describeChange(file, now.part, signal)
    if (is !== null) changed.push({ file: file.path, is })
  }
  for (const { model, part } of parts) {
    const isKnown = recorded.some((file) => file.model === model && file.path === part.name)
    if (!isKnown) changed.push({ file: part.name, is: 'is new' })
  }
  return changed
}

interface ChangedFile {
  readonly file: string
  readonly is: string
}

async function describeChange(
  file: RecordedFile,
  now: SourceFile,
  signal: AbortSignal,
): Promise<string | null> {
  if (now.bytes !== file.bytes) return `has ${now.bytes} bytes and had ${file.bytes}`
  const sha256 = await hashSourceFile(now, new FileDigest(), signal)
  return sha256 === file.sha256 ? null : 'has other contents'
}
