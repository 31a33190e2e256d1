import type { ForeignKeyMode } from '../plan/import-plan.js'
import { contradiction, invalidOption } from './import-error.js'
import type { ImportOptions } from './import-options.js'

/** How rows are committed, and how foreign keys are kept then. */
export interface ResolvedCommit {
  readonly commit: 'once' | 'chunk'
  /** Rows of a chunk. */
  readonly batchSize: number
  readonly fkMode: ForeignKeyMode
}

/** Rows of a chunk where nothing else is said. */
const DEFAULT_BATCH_SIZE = 100_000

/**
 * Where chunks are committed, foreign keys and indexes stay in place.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`.
 */
export function resolveCommit(options: ImportOptions, fkMode: ForeignKeyMode): ResolvedCommit {
  const { commit = 'once', batchSize } = options
  if (commit !== 'once' && commit !== 'chunk') {
    throw invalidOption('commit', commit, "'once' or 'chunk'")
  }
  if (batchSize !== undefined && (!Number.isSafeInteger(batchSize) || batchSize < 1)) {
    throw invalidOption('batchSize', batchSize, 'a whole number of rows, 1 or more')
  }
  if (commit === 'once') {
    if (batchSize !== undefined) {
      throw contradiction('batchSize', 'commit', 'Without chunks all rows are committed at once.')
    }
    return { commit, batchSize: DEFAULT_BATCH_SIZE, fkMode }
  }
  const [other, why] = findHindrance(options, fkMode) ?? []
  if (other !== undefined && why !== undefined) throw contradiction('commit', other, why)
  return { commit, batchSize: batchSize ?? DEFAULT_BATCH_SIZE, fkMode: 'checked' }
}

/** The option that chunks cannot be committed with, and why. */
function findHindrance(
  { from, client, transform, validate, history = true, truncate = false }: ImportOptions,
  fkMode: ForeignKeyMode,
): readonly [string, string] | null {
  if (!history) {
    return ['history', 'How far an import has come is kept in the history, with the rows.']
  }
  if (typeof from !== 'string') {
    return ['from', 'Only the files of a folder can be read again when the import is resumed.']
  }
  if (client !== undefined) {
    return ['client', 'What goes through a Prisma Client is one transaction of its own.']
  }
  if (transform !== undefined || validate !== undefined) {
    const hook = transform === undefined ? 'validate' : 'transform'
    return [hook, 'A function cannot be kept for the time when the import is resumed.']
  }
  if (truncate) {
    return [
      'truncate',
      'A load that stops midway would leave tables emptied that nothing fills again.',
    ]
  }
  return fkMode === 'auto' || fkMode === 'checked'
    ? null
    : ['fkMode', 'A load that stops midway would leave foreign keys that are not checked.']
}
