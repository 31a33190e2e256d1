import type { ProgressListener } from '../progress/progress.js'
import { invalidOption, unknownOption } from './import-error.js'

/** Options of `planRollback`. */
export interface RollbackPlanOptions {
  /**
   * The batch: its id, as the import gave it, the beginning of it that no other has, or `last` for the
   * newest one that is completed.
   */
  readonly batch: string
  /**
   * `postgresql://` URL of the database, with `?schema=` when it is not `public`.
   * @default `datasource.url` of the Prisma config, else the environment's `DATABASE_URL`
   */
  readonly url?: string
  /**
   * Rolls back rows too that somebody else has changed since the import: the changes are lost.
   * @default false
   */
  readonly force?: boolean
  /**
   * Takes rows along that others have made since and that refer to rows of the batch, and rows that
   * refer to these. Where a foreign key says ON DELETE SET NULL or SET DEFAULT, they stay and PostgreSQL
   * does that.
   * @default false
   */
  readonly cascade?: boolean
  /**
   * Lets the rollback be about a server that is not on this machine.
   * @default false
   */
  readonly allowRemote?: boolean
  /** Stops the work and undoes it: rejects with `ROLLBACK.INTERRUPTED`. */
  readonly signal?: AbortSignal
}

/** Options of `rollbackImport`. */
export interface RollbackOptions extends RollbackPlanOptions {
  /** Called with what happens on the way. */
  readonly onProgress?: ProgressListener
}

/** All options that have a default. */
export type ResolvedRollbackOptions = Required<Omit<RollbackOptions, 'url'>>

const OPTIONS: readonly string[] = [
  ...['batch', 'url', 'force', 'cascade', 'allowRemote', 'signal', 'onProgress'],
]

/** @throws {GyroError} `IMPORT.INVALID_OPTION`. */
export function resolveRollbackOptions(options: RollbackOptions): ResolvedRollbackOptions {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    throw unknownOption(unknown, OPTIONS)
  }
  const { batch, signal = new AbortController().signal, onProgress = () => {} } = options
  const { force = false, cascade = false, allowRemote = false } = options
  if (typeof batch !== 'string' || batch === '') {
    throw invalidOption('batch', batch, 'the id of a batch, the beginning of one, or "last"')
  }
  for (const [name, value] of Object.entries({ force, cascade, allowRemote })) {
    if (typeof value !== 'boolean') throw invalidOption(name, value, 'true or false')
  }
  return Object.freeze({ batch, force, cascade, allowRemote, signal, onProgress })
}
