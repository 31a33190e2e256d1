import type { ProgressListener } from '../progress/progress.js'
import { invalidOption, unknownOption } from './import-error.js'

/** Options of `resumeImport`. All others are those that the import was given. */
export interface ResumeOptions {
  /** The batch: its id, as the import gave it, or the beginning of it that no other has. */
  readonly batch: string
  /**
   * Folder with the files, unchanged, where it is not where it was.
   * @default that of the import, as it was given
   */
  readonly from?: string
  /**
   * `postgresql://` URL of the database, with `?schema=` when it is not `public`.
   * @default `datasource.url` of the Prisma config, else the environment's `DATABASE_URL`
   */
  readonly url?: string
  /** Called as the import goes on; must not throw. */
  readonly onProgress?: ProgressListener
  /** Stops the work: rejects with `IMPORT.INTERRUPTED`. What is committed stays. */
  readonly signal?: AbortSignal
}

/** `ResumeOptions` with every default that does not come from the history. */
export interface ResolvedResumeOptions {
  readonly batch: string
  readonly from: string | null
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

const OPTIONS: readonly string[] = ['batch', 'from', 'url', 'onProgress', 'signal']

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveResumeOptions(options: ResumeOptions): ResolvedResumeOptions {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) throw unknownOption(unknown, OPTIONS)
  const { batch, from = null, onProgress = () => {} } = options
  const { signal = new AbortController().signal } = options
  if (typeof batch !== 'string' || batch === '') {
    throw invalidOption('batch', batch, 'the id of a batch, or the beginning of one')
  }
  if (from !== null && (typeof from !== 'string' || from === '')) {
    throw invalidOption('from', from, 'the path of a folder')
  }
  return Object.freeze({ batch, from, onProgress, signal })
}
