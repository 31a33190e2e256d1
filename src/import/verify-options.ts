import type { ProgressListener } from '../progress/progress.js'
import { invalidOption, unknownOption } from './import-error.js'

/** Options of `verifyImport`. */
export interface VerifyOptions {
  /**
   * The batch: its id, as the import gave it, the beginning of it that no other has, or `last` for the
   * newest one that is completed.
   */
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
  /** Called as files are read; must not throw. */
  readonly onProgress?: ProgressListener
  /** Stops the work: rejects with `VERIFY.INTERRUPTED`. */
  readonly signal?: AbortSignal
}

/** `VerifyOptions` with every default that does not come from the history; the URL excepted. */
export interface ResolvedVerifyOptions {
  readonly batch: string
  readonly from: string | null
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

const OPTIONS: readonly string[] = ['batch', 'from', 'url', 'onProgress', 'signal']

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveVerifyOptions(options: VerifyOptions): ResolvedVerifyOptions {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) throw unknownOption(unknown, OPTIONS)
  const { batch, from = null, onProgress = () => {} } = options
  const { signal = new AbortController().signal } = options
  if (typeof batch !== 'string' || batch === '') {
    throw invalidOption('batch', batch, 'the id of a batch, the beginning of one, or "last"')
  }
  if (from !== null && (typeof from !== 'string' || from === '')) {
    throw invalidOption('from', from, 'the path of a folder')
  }
  return Object.freeze({ batch, from, onProgress, signal })
}
