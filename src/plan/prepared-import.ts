import type { GyroError } from '../error/gyro-error.js'
import type { LoadGroup } from '../graph/circular-dependency-resolver.js'
import type { Catalog } from '../postgres/catalog.js'
import type { CatalogForeignKey } from '../postgres/catalog-foreign-key.js'
import type { CatalogTrigger } from '../postgres/catalog-trigger.js'
import type { TableName } from '../postgres/identifier.js'
import type { Server } from '../postgres/server.js'
import type { LockedTable } from '../postgres/table-locks.js'
import type { FileDialect } from '../source/file-dialect.js'
import type { ModelFiles } from '../source/source-file.js'
import type { PreparedConflict } from './conflict.js'
import type { Strategy, Technique } from './import-plan.js'
import type { LoadWay } from './load-way.js'
import type { PreparedMissing } from './missing-reference.js'
import type { RebuildPlan } from './plan-rebuild.js'
import type { PreparedColumn, PreparedMade } from './prepared-column.js'
import type {
  BusinessKey,
  BusinessKeyColumn,
  PartialMatch,
  PreparedIdentity,
  PreparedKey,
  PreparedPin,
} from './prepared-key.js'

/** An import that is decided in every detail: what the load works from, and a plan describes. */
export interface PreparedImport {
  readonly server: Server
  /** By what the URL seems to lead to a connection pooler; else null. */
  readonly poolerSign: string | null
  /** In load order. */
  readonly groups: readonly PreparedGroup[]
  /** In load order. */
  readonly models: readonly PreparedModel[]
  /** The new keys to come, by model, where they can be foretold. */
  readonly forecasts: ReadonlyMap<string, KeyForecast>
  /** Of models with a file and without one. */
  readonly pins: readonly PreparedPin[]
  /** What is emptied before anything is loaded. */
  readonly emptied: readonly EmptiedTable[]
  /** Null when foreign keys and indexes stay as they are. */
  readonly release: PreparedRelease | null
  /** Why there is no rebuild though it would pay: one sentence; else null. */
  readonly obstacle: string | null
  readonly basis: ReleaseBasis
  /** What stands against the import. */
  readonly problems: readonly GyroError[]
  /** Statements that would give the role what it lacks. */
  readonly grants: readonly string[]
  /** What a person should know though the import runs. */
  readonly warnings: readonly string[]
  /** Where the manifest and the database differ. */
  readonly drift: readonly string[]
}

/** A table whose rows are removed before any is loaded. */
export interface EmptiedTable extends TableName {
  /** `pg_class.relkind`: see `CatalogTable`. */
  readonly kind: string
  /** By the statistics; -1 when it was never analysed. */
  readonly estimatedRows: number
}

/** The ids that an import would take now. An application that inserts meanwhile moves them. */
export interface KeyForecast {
  readonly first: bigint
  /** As far as rows were estimated. Below `first` where the sequence descends. */
  readonly last: bigint
}

/** Models that are loaded together, and how. */
export interface PreparedGroup extends LoadGroup {
  readonly way: LoadWay
  /** Why this way: one sentence. */
  readonly why: string
}

/** What is known before it is decided what becomes of foreign keys. */
export interface ReleaseBasis {
  /** How models are loaded where foreign keys stay as they are. */
  readonly decided: Pick<PreparedImport, 'groups' | 'models'>
  readonly catalog: Catalog
  /** What holds no rows when the load begins, whatever it holds now. */
  readonly emptied: readonly TableName[]
}

/** What becomes of foreign keys for the length of the load, where they do not stay as they are. */
export type PreparedRelease = PreparedRebuild | PreparedDeferral | PreparedReplica

/** Foreign keys and indexes are dropped and made again, and what that costs others. */
export interface PreparedRebuild extends Pick<RebuildPlan, 'kept' | 'keptForeignKeys'> {
  readonly technique: 'rebuild'
  /** One sentence. */
  readonly why: string
  readonly locked: readonly LockedTable[]
  /** How long the tables are locked, more or less. */
  readonly seconds: number
  /**
   * What is loaded instead where a table holds rows when it is locked, and so is in use. Null where
   * that does not matter.
   */
  readonly otherwise: Pick<PreparedImport, 'groups' | 'models'> | null
}

/** Foreign keys are made deferrable, and what that costs others. */
export interface PreparedDeferral {
  readonly technique: 'deferred'
  /** One sentence. */
  readonly why: string
  /** Those that have a foreign key which is not deferrable: empty when all are. */
  readonly locked: readonly LockedTable[]
  /** How long the tables are locked, more or less. */
  readonly seconds: number
}

/** The session is a replica, in which no foreign key is checked. */
export interface PreparedReplica {
  readonly technique: 'replica'
  /** One sentence. */
  readonly why: string
  /** How long the load takes, more or less. */
  readonly seconds: number
  /** What fires all the same, by `tableKey`. */
  readonly triggers: ReadonlyMap<string, readonly CatalogTrigger[]>
}

export interface PreparedModel {
  readonly model: string
  readonly table: TableName
  /** Whether the role owns the table. */
  readonly isOwner: boolean
  readonly source: ModelFiles
  readonly dialect: FileDialect
  readonly technique: Technique
  readonly strategy: Strategy
  /** All header cells, in file order. */
  readonly headers: readonly string[]
  /** All columns of the file, in file order. */
  readonly columns: readonly PreparedColumn[]
  /** Columns that the file lacks and the loader fills, as Prisma Client would have. */
  readonly made: readonly PreparedMade[]
  /** The key column that gets new values; null when keys are kept. */
  readonly key: PreparedKey | null
  /** What rows are matched by; or hashed from; null where they are not. */
  readonly businessKey: BusinessKey | null
  /**
   * The key that a row has in the files and that a matched one must have in its table, since rows of the
   * files refer by it; empty where nothing hangs on it.
   */
  readonly fixedKey: readonly BusinessKeyColumn[]
  /** How its rows are told where hashes are made of them; else null. */
  readonly identity: PreparedIdentity | null
  /** Which rows are matched; null for all. */
  readonly partialMatch: PartialMatch | null
  /** How it says, by itself, what becomes of rows that are there; null where they are in the way. */
  readonly conflict: PreparedConflict | null
  readonly estimatedRows: number
  readonly references: readonly PreparedReference[]
  /** Database names of the columns of the primary key; null when not all of them get a value here. */
  readonly primaryKey: readonly string[] | null
  /** All columns of the table, by database name and in its order. */
  readonly tableColumns: readonly string[]
  /** The foreign keys of the table that PostgreSQL checks. */
  readonly foreignKeys: readonly CatalogForeignKey[]
  /** The tables that its rows are in, where it is partitioned: the server names them in errors. */
  readonly partitions: readonly TableName[]
  /** What fires when its rows are loaded, in that order. */
  readonly triggers: readonly CatalogTrigger[]
}

/** A reference whose columns the file has. */
export interface PreparedReference {
  /** The relation field, or the constraint where only the database knows the reference. */
  readonly name: string
  /** Database names, in the order of `targetColumns`. */
  readonly columns: readonly string[]
  readonly targetModel: string
  readonly target: TableName
  readonly targetColumns: readonly string[]
  /** The column that follows the new keys of the model `owner`; null when all keep their values. */
  readonly followed: { readonly column: string; readonly owner: string } | null
  /** Who sees to it that the row referred to is there; `load`: the loader, by a look-up of its own. */
  readonly check: 'foreign key' | 'load' | 'look-up' | 'none'
  /**
   * What a look-up knows the rows of the import by: a column that holds new keys of the model
   * `owner`; null for the transaction that wrote them.
   */
  readonly knownBy: { readonly column: string; readonly owner: string } | null
  readonly missing: PreparedMissing
}
