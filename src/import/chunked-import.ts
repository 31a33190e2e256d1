import type { Checkpoint } from '../history/checkpoint.js'
import type { ImportJournal } from '../history/import-journal.js'
import type { SourceFile } from '../source/source-file.js'
import type { ChunkSession } from './chunk-session.js'
import type { ImportContext } from './import-context.js'

/** An import whose rows are committed in chunks, from its first transaction on. */
export interface ChunkedImport {
  readonly session: ChunkSession
  readonly context: ImportContext
  readonly journal: ImportJournal
  /** Rows of a chunk. */
  readonly batchSize: number
  /** By model: how far it had come before this run. */
  readonly checkpoints: ReadonlyMap<string, Checkpoint>
  /** The SHA-256 of each file when the import began. */
  readonly hashes: ReadonlyMap<SourceFile, string>
}

/** Where a model begins. */
export function firstCheckpoint(model: string): Checkpoint {
  const counts = { sent: 0, skipped: 0, updated: 0, met: 0 }
  return { model, ...counts, isDone: false, highest: new Map(), nulled: new Map(), seconds: 0 }
}
