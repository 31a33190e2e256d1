import type { PrismaClientLike } from '../client/prisma-client.js'
import type { CsvOptions } from '../csv/csv-dialect.js'
import type { TransformHook, ValidateHook } from '../hooks/row-hooks.js'
import type { IdRemappingStrategy } from '../keys/id-remapping-strategy.js'
import type { ConflictAction } from '../plan/conflict.js'
import type { ForeignKeyMode, NamedStrategy } from '../plan/import-plan.js'
import type { MissingPolicy } from '../plan/missing-reference.js'
import type { ProgressListener } from '../progress/progress.js'
import type { RowsInput } from '../rows/encoded-rows.js'

/** The key of a row, or its field and its key. */
export type PinnedRow = PinnedValue | { readonly [field: string]: PinnedValue }

type PinnedValue = string | number | bigint

/** What becomes of the rows of one model that are there already. */
export interface ConflictOptions {
  readonly action: ConflictAction
  /**
   * The fields of the unique by which a row is told.
   * @default the key where keys are kept or hashed, else the only unique beside it
   */
  readonly on?: readonly string[]
  /**
   * The fields that `update` sets.
   * @default all of the file
   */
  readonly columns?: readonly string[]
}

/** Policies for missing rows by the name of a model, `'*'` for all others. */
export type MissingReferences<ModelName extends string = string> = {
  readonly [Name in ModelName]?: MissingPolicy | { readonly [reference: string]: MissingPolicy }
} & { readonly '*'?: MissingPolicy }

/** Rows by the name of their model. */
export interface RowsByModel {
  readonly [model: string]: RowsInput | undefined
}

/** Hooks by the name of their model. */
export interface HooksByModel {
  readonly transform: { readonly [model: string]: TransformHook | undefined }
  readonly validate: { readonly [model: string]: ValidateHook | undefined }
}

/** Options of `planImport`. Either `from` or `rows` says what is imported. */
export interface PlanOptions<
  ModelName extends string = string,
  Rows = RowsByModel,
  Hooks extends HooksByModel = HooksByModel,
> {
  /**
   * Folder with the CSV files of each model; or the bytes of one file, such as `process.stdin`, with
   * its model in `models`.
   */
  readonly from?: string | AsyncIterable<Uint8Array | string>
  /**
   * By model: rows as objects, in an array or whatever can be iterated over. A row has a property per
   * field, as Prisma Client has them; keys and references are the old ones, as in a file. A field that
   * no row has gets its default. Models are read one after the other, each to its end; what is said of
   * files (`csv`, `map`, …) does not go with it.
   */
  readonly rows?: Rows
  /**
   * `postgresql://` URL of the target, with `?schema=` when it is not `public`.
   * @default `datasource.url` of the Prisma config, else the environment's `DATABASE_URL`
   */
  readonly url?: string
  /**
   * A Prisma Client that rows go through, in one `$transaction` of it, instead of a URL: by `createMany`,
   * so that its extensions run. Rows of models that refer to each other in a circle or to themselves, of
   * those with `onConflict`, of join tables and of columns that the Client does not know go in by SQL in
   * the same transaction: a warning says which. Slower than COPY by far.
   * @default none: the import has a connection of its own
   */
  readonly client?: PrismaClientLike
  /**
   * Beside `client`: the schema of the models that name none, as its adapter was told.
   * @default 'public'
   */
  readonly schema?: string
  /**
   * Import only these models; the files of others are left alone.
   * @default every model that has a file
   */
  readonly models?: readonly ModelName[]
  /**
   * How new keys are chosen, for all models or per model. `@gyro.strategy` of a model beats what is
   * said for all, and what is said for the model beats that, which may be an object of your own.
   * @default 'sequential'
   */
  readonly strategy?:
    | NamedStrategy
    | { readonly [Name in NoInfer<ModelName>]?: NamedStrategy | IdRemappingStrategy }
  /**
   * Models whose rows all become one that is there, by its key: `{ Tenant: 42 }`, or with the name of
   * the key `{ Tenant: { id: 42 } }`. Such a model needs no file; where it has one, its rows are skipped.
   * @default none
   */
  readonly pin?: { readonly [Name in NoInfer<ModelName>]?: PinnedRow }
  /**
   * What becomes of a row that the database has already, for all models or per model (`'*'` means all
   * others): `error` fails the import, `skip` leaves it alone, `update` gives it what the file says, its
   * key excepted. Rows that refer to it point at the one that is there.
   * @default 'error'
   */
  readonly onConflict?:
    | ConflictAction
    | ({ readonly [Name in NoInfer<ModelName>]?: ConflictAction | ConflictOptions } & {
        readonly '*'?: ConflictAction
      })
  /**
   * What becomes of a row that refers to one which is not in the files: for all references, per model, or
   * per reference by its relation field (`'*'` means all others). `fail`: nothing is written. `keep`: the
   * value stays, and means a row that the database has already. `null`: the row refers to nothing.
   * `reject`: the row is put aside, which takes `onBadRow: 'reject'`. Rows that refer to a rejected row
   * follow that whatever is said here.
   * @default 'fail' where references follow new keys, 'keep' where their values stay
   */
  readonly missingReference?: MissingPolicy | MissingReferences<NoInfer<ModelName>>
  /**
   * Empties the tables of the models before anything is loaded, in the same transaction. Refused where
   * others refer to them.
   * @default false
   */
  readonly truncate?: boolean
  /**
   * Lets `truncate` be about a server that is not on this machine.
   * @default false
   */
  readonly allowRemote?: boolean
  /**
   * How foreign keys are kept while rows are loaded. `checked` leaves them and all indexes in place.
   * `rebuild` drops them and makes them again, which is faster for large loads, needs the owner of the
   * tables and locks them, and those that they refer to, until COMMIT. `deferred` makes foreign keys
   * deferrable for the length of the load, which needs the owner and locks the tables, unless they are so
   * already. `replica` has PostgreSQL check no foreign key and fire no ordinary trigger, and looks every
   * reference up afterwards; it needs a role that may set `session_replication_role`. `auto` rebuilds
   * where all tables that this locks are empty, the role owns them and the files hold 2 MB or more.
   * @default 'auto'
   */
  readonly fkMode?: ForeignKeyMode
  /**
   * Whether rows go in by COPY. Without it they go in by INSERT with many rows each, for servers,
   * poolers and roles that allow no COPY: the same result, several times slower.
   * @default true
   */
  readonly useCopy?: boolean
  /** How the files are written. */
  readonly csv?: CsvOptions
  /**
   * Whether words that PostgreSQL takes for values (`infinity`, `NaN`, `now`, …) are let through.
   * @default whether an export of ours wrote the folder
   */
  readonly allowSpecial?: boolean
  /** By model: header cells that mean a field though they are called otherwise. */
  readonly map?: {
    readonly [Name in NoInfer<ModelName>]?: { readonly [header: string]: string }
  }
  /**
   * Header cells whose columns are left out: `legacyId` in all files, `Order.legacyId` in one.
   * @default none: an unknown column is an error
   */
  readonly ignoreColumns?: readonly string[]
  /**
   * Columns of files whose first line is data already, by model. A list alone is for the only one of
   * `models`.
   * @default the first line of each file
   */
  readonly headers?:
    | readonly string[]
    | { readonly [Name in NoInfer<ModelName>]?: readonly string[] }
  /**
   * Leaves files alone that match no model, with a warning.
   * @default false
   */
  readonly ignoreUnknown?: boolean
  /**
   * Follows symbolic links to files inside the folder.
   * @default false
   */
  readonly followSymlinks?: boolean
  /**
   * How much a compressed file may become: times its size, which counts beyond 64 MiB only, and bytes.
   * One given alone is the only limit. As text: `'200x'`, `'10GB'`.
   * @default { ratio: 50, bytes: 100e9 }
   */
  readonly maxInflated?: string | { readonly ratio?: number; readonly bytes?: number }
  /**
   * By model: a function that gives the row that is loaded in place of one of the files, with the same
   * fields; async too. It is called once for each row, in the order of the files, with old keys, before
   * anything is written. A field that it leaves as it is keeps its bytes: nothing is rounded. Instead of
   * a row it may give what `reject` of its second argument gives. A plan asks it only with `check`.
   * @default none
   */
  readonly transform?: Hooks['transform']
  /**
   * By model: a function that looks at each row, behind `transform`, and calls `reject` of its second
   * argument for one that is not to be loaded; async too. A plan asks it only with `check`.
   * @default none
   */
  readonly validate?: Hooks['validate']
  /**
   * Reads all rows too and says which could not be loaded, as far as that can be told without writing:
   * see `ImportPlan.rowProblems`. Without effect on an import.
   * @default false
   */
  readonly check?: boolean
  /** Called as the work goes on; must not throw. */
  readonly onProgress?: ProgressListener
  /**
   * Whether the import is kept in the schema `prisma_gyro` of the database: which rows it wrote, with
   * which keys, from which files, and what those were that it updated. The schema is created by the
   * first import. Without it nothing of this is left there, and the import cannot be undone.
   * @default true
   */
  readonly history?: boolean
  /**
   * `once`: all rows in one transaction, all or none. `chunk`: for loads too large for that. Rows are
   * committed in chunks, and others see them from then on; what fails or is stopped midway is gone on
   * with by `resumeImport`, or undone by a rollback. That takes the history, files in a folder, and
   * foreign keys that stay in place. Models that go in by one statement, such as those in a circle or one
   * that refers to itself, are one chunk each.
   * @default 'once'
   */
  readonly commit?: 'once' | 'chunk'
  /**
   * Rows of a chunk. Larger is a little faster; smaller loses less work when a run stops. Takes
   * `commit: 'chunk'`.
   * @default 100_000
   */
  readonly batchSize?: number
  /** Stops the work and undoes it: rejects with `IMPORT.INTERRUPTED`. */
  readonly signal?: AbortSignal
}
