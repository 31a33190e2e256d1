import type { ErrorReport } from '../error/error-report.js'
import type { Flavour } from '../postgres/server.js'
import type { MissingPolicy } from './missing-reference.js'
import type { RowProblems } from './row-problem.js'

/**
 * What an import would do and why: data only, building one touches nothing. `planImport` resolves
 * with it and `plan --json` prints it.
 */
export interface ImportPlan {
  /** The database, without password: `postgresql://user@host:5432/name`. */
  readonly target: string
  readonly server: PlannedServer
  /** Groups of models in load order: a row is loaded after every row it refers to. */
  readonly steps: readonly PlanStep[]
  /** In load order. */
  readonly models: readonly ModelPlan[]
  /** Tables that are emptied before anything is loaded. */
  readonly truncated: readonly PlannedTruncation[]
  /** Null unless the technique is `rebuild`. */
  readonly rebuild: PlannedRebuild | null
  /** Null unless foreign keys are made deferrable. */
  readonly deferral: PlannedDeferral | null
  /** What each mode for foreign keys would take; empty where the files hold less than 2 MB. */
  readonly ways: readonly PlannedWay[]
  /** What has to be cured before the import can run. An import throws the first of them. */
  readonly problems: readonly ErrorReport[]
  /** The rows that could not be loaded, where `check` has all rows looked at; else null. */
  readonly rowProblems: RowProblems | null
  /** Every privilege that the role lacks, as GRANT statements to be run by the owner or a superuser. */
  readonly grants: readonly string[]
  /** What a person should know though the import runs. */
  readonly warnings: readonly string[]
  /** Where the schema and the database differ: a sentence each. What stands in the way is a problem. */
  readonly drift: readonly string[]
}

/** The server, and the role that the import has there. */
export interface PlannedServer {
  readonly flavour: Flavour
  /** Of PostgreSQL, also where that is run by a service; else of the product. Such as `18.4`. */
  readonly version: string
  readonly role: string
  readonly isSuperuser: boolean
  /** By what the URL seems to lead to a connection pooler, such as `port 6543`; else null. */
  readonly pooler: string | null
}

export interface PlanStep {
  /** Counts from 1. */
  readonly group: number
  readonly models: readonly string[]
  readonly technique: Technique
  /** Why this technique, and why not another that would be faster: a sentence each. */
  readonly why: string
}

/**
 * How a group of tables is loaded. `checked`: COPY parents first, constraints in place. `cycle`: the
 * rows of all tables by one statement, at whose end PostgreSQL checks them. `staged`: COPY into a
 * temporary table, INSERT from there, so that row-level security is enforced. `two-pass`: references
 * are left NULL at first and filled in when all rows are there. `rebuild`: foreign keys and indexes are
 * dropped before COPY and made again after it. `deferred`: COPY in any order, foreign keys are checked
 * when all rows are there. `replica`: COPY in any order in a session that checks no foreign key and fires
 * no ordinary trigger; references are looked up afterwards.
 */
export type Technique =
  | 'checked'
  | 'cycle'
  | 'staged'
  | 'two-pass'
  | 'rebuild'
  | 'deferred'
  | 'replica'

/** Which technique is used: `auto` rebuilds where that pays and holds nobody up. */
export type ForeignKeyMode = 'auto' | 'checked' | 'rebuild' | 'deferred' | 'replica'

/** A mode for foreign keys, and what it would take. */
export interface PlannedWay {
  /** For `--fk-mode`. */
  readonly mode: Exclude<ForeignKeyMode, 'auto'>
  /** How long the rows would take, within a factor of three or so; null where it cannot be done. */
  readonly seconds: number | null
  readonly isChosen: boolean
  /** What it means for others, or why it cannot be done: a sentence. */
  readonly why: string
}

/** What a rebuild means for others. */
export interface PlannedRebuild {
  /** Tables that nobody else can read or write from the start of the load to COMMIT. */
  readonly locked: readonly PlannedLock[]
  /** Foreign keys and indexes that stay in place, and why: a sentence each. */
  readonly kept: readonly string[]
  /** How long the locks are held, within a factor of three or so. */
  readonly seconds: number
}

/** What it means for others that foreign keys are made deferrable. */
export interface PlannedDeferral {
  /** Tables that nobody else can read or write from the start of the load to COMMIT. */
  readonly locked: readonly PlannedLock[]
  /** How long the locks are held, within a factor of three or so. */
  readonly seconds: number
}

export interface PlannedTruncation {
  /** `schema.table`. */
  readonly table: string
  /** As it is now, by the statistics; null when it was never analysed. */
  readonly rows: number | null
}

export interface PlannedLock {
  /** `schema.table`. */
  readonly table: string
  /** As it is now, with indexes and all. */
  readonly bytes: number
  /** As it is now, by the statistics; null when it was never analysed. */
  readonly rows: number | null
}

export interface ModelPlan {
  readonly model: string
  /** `schema.table`. */
  readonly table: string
  /** Whether the role owns the table, itself or as a member of another. */
  readonly isOwner: boolean
  /** Name of the file inside the folder, the first one where there are several. */
  readonly file: string
  /** Names of all its files, in the order of their rows. */
  readonly files: readonly string[]
  /** Of all files together, as they are on disk. */
  readonly bytes: number
  /** From the size of the file and its first rows, within about 20 %. */
  readonly estimatedRows: number
  /** Columns in file order, those that are left out excepted. `column` is the database name. */
  readonly columns: readonly { readonly header: string; readonly column: string }[]
  /**
   * Columns that the file lacks and the loader fills, as Prisma Client would: `by` is `uuid(7)`,
   * `now()`, `@updatedAt` or, for an empty list, `[]`.
   */
  readonly made: readonly { readonly column: string; readonly by: string }[]
  readonly dialect: PlannedDialect
  readonly strategy: Strategy
  /** The key column that gets new values, with its expected range; null when keys are kept. */
  readonly keys: PlannedKeys | null
  /** What becomes of rows that are there already; null where they fail the import. */
  readonly conflict: PlannedConflict | null
  readonly references: readonly PlannedReference[]
  /** Fire for every row or file as they would for an application, in this order. */
  readonly triggers: readonly PlannedTrigger[]
}

/** How the files of a model are written. */
export interface PlannedDialect {
  readonly delimiter: string
  /** Null when no character is one. */
  readonly quote: string | null
  /** The quote itself when it is doubled. */
  readonly escape: string | null
  /** As far as the files were read. */
  readonly lineEnd: 'lf' | 'crlf' | 'mixed'
  /** Whether the delimiter was found out: `delimiter: 'auto'`. */
  readonly isDetected: boolean
}

/**
 * How a model's keys are chosen. `sequential`: next free ids; keys of other types stay. `fresh`: new
 * keys of every type, as the schema makes them. `match`: that of the row that is there already by its
 * business key, else a new one. `hash`: made of the business key, the same in every run. `none`:
 * unchanged. `custom`: by an object of the user.
 */
export type Strategy = 'sequential' | 'hash' | 'fresh' | 'match' | 'none' | 'custom'

/** A strategy by its name. */
export type NamedStrategy = Exclude<Strategy, 'custom'>

export interface PlannedKeys {
  /** The database name of the column. */
  readonly column: string
  /** What makes the ids: the sequence's qualified name, or null for the next ids after the highest. */
  readonly sequence: string | null
  /**
   * Where keys come from that are no range of ids: `uuid(7)`, `match on email`,
   * `hash of email`, `your
   * strategy`, `a row that is there`; else null.
   */
  readonly by: string | null
  /** Expected range; an application that inserts meanwhile moves it up. Null when not known yet. */
  readonly from: string | null
  readonly to: string | null
}

/** How the rows of a model meet those that are there. */
export interface PlannedConflict {
  readonly action: 'skip' | 'update'
  /** Database names of the columns that tell the row which is there. */
  readonly on: readonly string[]
  /** Database names of the columns that are updated. */
  readonly columns: readonly string[]
}

export interface PlannedTrigger {
  readonly name: string
  readonly timing: 'before' | 'after' | 'instead of'
  readonly level: 'row' | 'statement'
  /** `schema.name` of the function that it calls. */
  readonly function: string
}

export interface PlannedReference {
  /** The relation field, or the constraint where only the database knows the reference. */
  readonly name: string
  /** Database names of the columns. */
  readonly columns: readonly string[]
  /** Model referred to. */
  readonly target: string
  /**
   * `remap`: follows the new keys of its target. `keep`: unchanged, means a row that is there.
   */
  readonly policy: 'remap' | 'keep'
  /** What becomes of a row when the one that it refers to is not in the files. */
  readonly missing: MissingPolicy
}
