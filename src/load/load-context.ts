import type { KeyMap } from '../keys/key-map.js'
import type { Rows } from '../keys/row-set.js'
import type { SourceKeys } from '../keys/source-keys.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import type { SourceFile } from '../source/source-file.js'
import type { LoadJournal, ReadPart } from './load-journal.js'
import type { ReadRows } from './read-rows.js'
import type { SendRows, SentColumn } from './send-rows.js'

/** What the loads of one import have in common. */
export interface LoadContext {
  readonly client: PostgresClient
  /** By model: source key → target key. */
  readonly keyMaps: ReadonlyMap<string, KeyMap | TextKeyMap>
  /** By model: the rows of its files that are in the database already, and are left out. */
  readonly skipped: ReadonlyMap<string, Rows>
  /** By model, where rows may be there: those that were. Filled by the load. */
  readonly met: Map<string, MetRows>
  /**
   * The keys of the files that references are looked up in: see `nameSoughtKeys`.
   * @default none are looked up
   */
  readonly sourceKeys?: ReadonlyMap<string, SourceKeys>
  /** The time of the run, which `@updatedAt` and `now()` become. */
  readonly runAt: Date
  readonly signal: AbortSignal
  /**
   * How rows reach the server.
   * @default sendByCopy
   */
  readonly sendRows?: SendRows
  /**
   * Keeps account of what is written.
   * @default null: nobody does
   */
  readonly journal?: LoadJournal | null
  /** What was read of each file that was loaded. Filled by the load. Default: nobody wants to know. */
  readonly parts?: Map<SourceFile, ReadPart>
  /**
   * How rows come from the server.
   * @default readByCopy
   */
  readonly readRows?: ReadRows
}

/** Rows of a model that were there and that its INSERT met. */
export interface MetRows {
  readonly updated: number
  /** Left alone, also since they would not have changed. */
  readonly unchanged: number
}

/** What the files of a model became. */
export interface LoadedModel {
  /** Those that were sent. */
  readonly rows: number
  /** Those that were left out: they are there already. */
  readonly skipped: number
  /** Highest value that was kept in each column with a sequence, by its place in the file. */
  readonly highest: ReadonlyMap<number, bigint>
  /**
   * How many fields became NULL as the row that they refer to is missing, by the place of the column in
   * the file; those too of rows that were there and left alone.
   */
  readonly nulled: ReadonlyMap<number, number>
}

/** Called now and then with the bytes and rows of all files of a model so far. */
export type ReportProgress = (bytes: number, rows: number) => void

/** Loads a model by `work`, between telling of its start and of its end. */
export type TrackLoad = (
  model: PreparedModel,
  work: (report: ReportProgress) => Promise<LoadedModel>,
) => Promise<void>

/** The columns that rows of a model are sent with, in their order: database names and types. */
export function sentColumns({ columns, made }: PreparedModel): readonly SentColumn[] {
  return [...columns.filter(({ role }) => role.kind !== 'drop'), ...made]
}
