import type { GyroError } from '../error/gyro-error.js'
import type { LoadGroup } from '../graph/circular-dependency-resolver.js'
import type { HashedType } from '../keys/hash-key.js'
import type { KeyShape } from '../keys/key-shape.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import type { OnMissing } from '../keys/reference-guard.js'
import type { ClientDefault } from '../manifest/manifest.js'
import type { Catalog } from '../postgres/catalog.js'
import type { CatalogForeignKey } from '../postgres/catalog-foreign-key.js'
import type { CatalogTrigger } from '../postgres/catalog-trigger.js'
import type { TableName } from '../postgres/identifier.js'
import type { Sequence } from '../postgres/sequence.js'
import type { Server } from '../postgres/server.js'
import type { LockedTable } from '../postgres/table-locks.js'
import type { FileDialect } from '../source/file-dialect.js'
import type { ModelFiles } from '../source/source-file.js'
import type { DateTimeBase } from '../values/run-timestamp.js'
import type { ValueRule } from '../values/value-rule.js'
import type { PreparedConflict } from './conflict.js'
import type { Strategy, Technique } from './import-plan.js'
import type { LoadWay } from './load-way.js'
import type { PreparedMissing } from './missing-reference.js'
import type { RebuildPlan } from './plan-rebuild.js'

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

export interface PreparedColumn {
  readonly header: string
  /** The Prisma name. */
  readonly field: string
  /** The database name. */
  readonly column: string
  /** As the database declares it, such as `character varying(120)`. */
  readonly type: string
  /** Highest value when the type is an integer; else null. */
  readonly highest: bigint | null
  readonly isNotNull: boolean
  readonly role: ColumnRole
  /** What numbers the column by default; null when nothing does. */
  readonly sequence: Sequence | null
  /** GENERATED ALWAYS: see `CatalogColumn`. */
  readonly isAlwaysIdentity: boolean
  /** Whether the role may read the column. */
  readonly isReadable: boolean
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

export interface PreparedMade {
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  readonly value: MadeBy
}

/** `timestamp`: the time of the run, the same in every row. */
export type MadeBy =
  | { readonly kind: 'timestamp'; readonly type: DateTimeBase; readonly isUpdatedAt: boolean }
  | {
      readonly kind: 'client'
      readonly make: ClientDefault
      readonly args: readonly (string | number)[]
    }
  | { readonly kind: 'emptyList' }

/** What a column of a file is for. */
export type ColumnRole =
  | { readonly kind: 'copy' }
  | { readonly kind: 'drop' }
  /** Kept, but its sequence has to move past its highest value afterwards. */
  | { readonly kind: 'track' }
  | { readonly kind: 'key' }
  /**
   * Follows the new keys of the model `owner`; `target` is the model that the reference names.
   * `onMissing`, by default `fail`: what becomes of a value that is none of the old keys.
   */
  | {
      readonly kind: 'reference'
      readonly owner: string
      readonly target: string
      readonly onMissing?: OnMissing
    }
  /** Checked, and written as PostgreSQL is to have it. */
  | { readonly kind: 'rule'; readonly rule: ValueRule }

/** The key column that gets new values, and where these come from. */
export type PreparedKey = ReservedKey | MadeKey | MatchedKey | HashedKey | CustomKey | PinnedKey

export interface KeyPlace {
  /** The database name. */
  readonly column: string
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly header: string
  /** Whether the role may read the column, to see which ids are taken. */
  readonly isReadable: boolean
  /** Whether a value may stand in several rows: it is one part of a composite key. */
  readonly mayRepeat: boolean
}

/** An integer: ids are taken from the database, one for each source key. */
export interface ReservedKey extends KeyPlace {
  readonly kind: 'reserved'
  /** Highest value that the column's type takes. */
  readonly highest: bigint
  /** Null when the next ids are those after the highest one. */
  readonly sequence: Sequence | null
}

/** A uuid or a text: keys are made, each from its source key. */
export interface MadeKey extends KeyPlace {
  readonly kind: 'made'
  readonly spelling: KeySpelling
  readonly shape: KeyShape
}

/** That of the row which is there already by its business key. */
export interface MatchedKey extends KeyPlace {
  readonly kind: 'matched'
  readonly spelling: KeySpelling
  /** Where those of other rows come from; null when they stay. */
  readonly otherwise: ReservedKey | MadeKey | FollowedKey | null
}

/** That of the row of another model that it refers to. */
interface FollowedKey {
  readonly kind: 'followed'
  /** The model whose new keys these are; null when its keys stay. */
  readonly owner: string | null
}

/** One that is made of the business key of its row. */
export interface HashedKey extends KeyPlace {
  readonly kind: 'hashed'
  readonly spelling: KeySpelling
  readonly hash: HashedType
  /** As the database declares the column. */
  readonly type: string
}

/** One that a strategy of the user maps. */
export interface CustomKey extends KeyPlace {
  readonly kind: 'custom'
  readonly spelling: KeySpelling
  /** As the database declares the column. */
  readonly type: string
  /** Null when nothing numbers the column. */
  readonly sequence: Sequence | null
}

/** That of the one row that all rows of the model become. */
interface PinnedKey extends KeyPlace {
  readonly kind: 'pinned'
}

/** A row that is there and stands for all rows of a model, none of which is loaded. */
export interface PreparedPin {
  readonly model: string
  /** The Prisma name of the key. */
  readonly field: string
  readonly table: TableName
  /** The database name of the key. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  /** As PostgreSQL writes it. */
  readonly key: string
}

/** What tells rows in real life. */
export type BusinessKey = readonly [BusinessKeyColumn, ...BusinessKeyColumn[]]

/** Rows that a partial unique index is about, among which they are matched. */
export interface PartialMatch {
  /** SQL that is true of them, with unqualified names. */
  readonly predicate: string
  readonly nullsEqual: boolean
  /** What the predicate looks at beside the business key. */
  readonly columns: readonly BusinessKeyColumn[]
}

export interface BusinessKeyColumn {
  /** The database name. */
  readonly column: string
  /** As the database declares it. */
  readonly type: string
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly isNullable: boolean
}

/** What rows are told by where hashes are made of them. */
export interface PreparedIdentity {
  /** What rows that refer to these know them by. */
  readonly key: readonly BusinessKeyColumn[]
  /** The business key. */
  readonly parts: readonly IdentityColumn[]
}

interface IdentityColumn extends BusinessKeyColumn {
  /** The row that it stands for; null for a value by itself. */
  readonly parent: IdentityParent | null
}

interface IdentityParent {
  readonly model: string
  /** Database names: columns of the business key with those of the key of the parent. */
  readonly on: readonly { readonly column: string; readonly target: string }[]
}
