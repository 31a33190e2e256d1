import type { RowCheck } from '../check/row-check.js'
import type { KeyMap } from '../keys/key-map.js'
import type { Rows } from '../keys/row-set.js'
import type { SourceKeys } from '../keys/source-keys.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { MetRows } from '../load/load-context.js'
import type { LoadJournal, ReadPart } from '../load/load-journal.js'
import type { ReadRows } from '../load/read-rows.js'
import type { SendRows } from '../load/send-rows.js'
import type { PreparedGroup, PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import type { FilePhase, ProgressListener } from '../progress/progress.js'
import type { SourceFile } from '../source/source-file.js'

/** What one run needs from its first step to its last. */
export interface ImportContext {
  readonly client: PostgresClient
  /** Where other connections go; null where there can be none. */
  readonly url: DatabaseUrl | null
  /** In load order. */
  readonly groups: readonly PreparedGroup[]
  /** In load order. */
  readonly models: readonly PreparedModel[]
  /** Null when foreign keys and indexes stay as they are. */
  readonly release: PreparedImport['release']
  /** By model: source key → target key. Filled before the load. */
  readonly keyMaps: Map<string, KeyMap | TextKeyMap>
  /** By model: the rows of its files that are in the database already. Filled before the load. */
  readonly skipped: Map<string, Rows>
  /** The keys of the files that references are looked up in. Filled before the load. */
  readonly sourceKeys: Map<string, SourceKeys>
  /** By model, where rows may be there: those that were. Filled by the load. */
  readonly met: Map<string, MetRows>
  /** What was found in the rows, of which those that are rejected seem not to be there; else null. */
  readonly check: RowCheck | null
  /** The time of the run, which `@updatedAt` and `now()` become. */
  readonly runAt: Date
  /** Null where no history is kept. */
  readonly journal: LoadJournal | null
  /** What was read of each file that was loaded. Filled by the load. */
  readonly parts: Map<SourceFile, ReadPart>
  /** How rows reach the server. */
  readonly sendRows: SendRows
  /** How rows come from the server. */
  readonly readRows: ReadRows
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

/** Runs the files of a model through a phase, telling of its start, its progress and its end. */
export async function withFileProgress<Result extends { readonly rows: number }>(
  { onProgress }: Pick<ImportContext, 'onProgress'>,
  phase: FilePhase,
  { model, source }: Pick<PreparedModel, 'model' | 'source'>,
  work: (report: (bytes: number, rows: number) => void) => Promise<Result>,
): Promise<Result & { readonly seconds: number }> {
  const started = performance.now()
  onProgress({ type: 'file-start', phase, model, file: source.path, bytes: source.bytes })
  const result = await work((bytes, rows) => {
    onProgress({ type: 'file-progress', phase, model, bytes, rows })
  })
  const seconds = (performance.now() - started) / 1000
  onProgress({ type: 'file-end', phase, model, rows: result.rows, seconds })
  return { ...result, seconds }
}
