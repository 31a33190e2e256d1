import type { TableName } from '../postgres/identifier.js'

/** What a database keeps of its imports is in a schema of its own: Prisma does not look there. */
export const HISTORY_SCHEMA = 'prisma_gyro'

/** A table of the history. */
export function historyTable(table: HistoryTable): TableName {
  return { schema: HISTORY_SCHEMA, table }
}

/** The tables of the newest version. */
export type HistoryTable =
  | 'migration'
  | 'batch'
  | 'model'
  | 'file'
  | 'write'
  | 'key_range'
  | 'key_map'
  | 'key_block'
  | 'before_image'
  | 'restored_row'
  | 'event'
  | 'checkpoint'

/** Brings the tables from the version before to this one. */
export interface Migration {
  /** Counts from 1, without gaps. */
  readonly version: number
  /** Run in their order, in one transaction. None takes parameters: people may have to run them. */
  readonly statements: readonly string[]
}

/**
 * Imports, one row each. `commit_mode` is `once` where all rows are of one transaction: then
 * `transaction_id` is its `pg_current_xact_id()`. `options` are as they were given, without URLs and
 * passwords. The last three are what a batch that commits in chunks needs to go on, and null where there is
 * nothing to go on with: see `ChunkedRun`. Who runs a batch holds its advisory lock: see `lockBatch`.
 *
 * A history is small beside what was imported: each index and each table that may hold long values takes
 * a page even while it is empty. So there is an index only where there may be many rows that somebody
 * looks for, or looks for often.
 */
const BATCH = `\
create table prisma_gyro.batch (
  id uuid primary key,
  name text not null,
  status text not null
    check (status in ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'ROLLED_BACK')),
  commit_mode text not null check (commit_mode in ('once', 'chunk')),
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  role text not null default current_user,
  tool_version text not null,
  manifest_fingerprint text not null,
  options jsonb not null,
  error_code text,
  transaction_id text,
  run_at timestamptz,
  secret bytea,
  plan_fingerprint text
)`

/**
 * The models of a batch, in load order. `key_columns` is the key that `before_image.key` is of, and
 * `key_column` the one that got new keys: null where there is none. `key_kind` says where new keys are
 * told: `range`, in `key_range`; `map`, in `key_map`; `kept`, nowhere as they are those of the file;
 * `pinned`, nowhere as all are `first_key`. Keys of rows that were there already are in `key_block`
 * and `key_map`, whatever it says. `is_distinct` is false where keys do not tell the rows and their `xmin`
 * does neither, as others have it too: see `findIndistinctModels`. `rows_read = loaded + updated + skipped + rejected`; `unchanged`
 * are some of the skipped.
 */
const MODEL = `\
create table prisma_gyro.model (
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  ordinal integer not null,
  model text not null,
  schema_name text not null,
  table_name text not null,
  key_columns text[] not null,
  key_column text,
  technique text not null,
  strategy text not null,
  key_kind text not null check (key_kind in ('range', 'map', 'kept', 'pinned')),
  rows_read bigint not null,
  loaded bigint not null,
  updated bigint not null,
  skipped bigint not null,
  unchanged bigint not null,
  rejected bigint not null,
  first_key text,
  last_key text,
  seconds double precision not null,
  is_distinct boolean not null,
  primary key (batch_id, model)
)`

/**
 * The files of a model, in the order of their rows. `path` is the name inside the folder, `sha256` and
 * `bytes` those of the file as it is on disk, packed or not. `rows` does not count rejected ones.
 */
const FILE = `\
create table prisma_gyro.file (
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  model text not null,
  ordinal integer not null,
  path text not null,
  sha256 text not null,
  bytes bigint not null,
  rows bigint not null
)`

/**
 * What wrote rows of a model, a row for each (sub)transaction and each time: `xid` is the `xmin` of its
 * rows until somebody else changes them. It is that of this row as well; where the two differ, the
 * database was dumped and restored since, and no `xmin` tells anything any more.
 */
const WRITE = `\
create table prisma_gyro.write (
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  ordinal integer not null,
  model text not null,
  xid xid not null,
  at timestamptz not null default clock_timestamp(),
  rows bigint not null
)`

/**
 * Pieces of the map of integer keys, in the order of the target keys: `rows` source keys, in ascending
 * order from `source_from` to `source_to`, became `target_from`, `target_from + target_step`, …
 * `runs` is null where all between are source keys; else see `decodeRuns`.
 */
const KEY_RANGE = `\
create table prisma_gyro.key_range (
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  model text not null,
  ordinal integer not null,
  source_from bigint not null,
  source_to bigint not null,
  target_from bigint not null,
  target_step bigint not null,
  rows bigint not null,
  runs bytea,
  primary key (batch_id, model, ordinal)
)`

/**
 * Keys that follow no rule, as PostgreSQL writes them. `is_new` is false where the row was there
 * before, and null where that is only told by `write.xid`. Without a reference to `batch`, which
 * would be looked up for every row.
 */
const KEY_MAP = `\
create table prisma_gyro.key_map (
  batch_id uuid not null,
  model text not null,
  source_key text not null,
  target_key text not null,
  is_new boolean,
  primary key (batch_id, model, source_key)
)`

/**
 * Integer keys of rows that were there already, some thousand to a row, in the order of the source keys,
 * which lie from `source_from` to `source_to`, as the target keys do from `target_from` to `target_to`.
 * `pairs` is read by `unpackPairs`. Without an index: there are few rows, and long values are kept apart.
 */
const KEY_BLOCK = `\
create table prisma_gyro.key_block (
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  model text not null,
  source_from bigint not null,
  source_to bigint not null,
  target_from bigint not null,
  target_to bigint not null,
  rows integer not null,
  pairs bytea not null
)`

/**
 * What rows were before they were updated: their `model.key_columns`, and the columns that changed; `xid`
 * is the `xmin` that they had. Without a key: as no statement updates a row twice none is there twice, and
 * an index of arrays would take as long to write as the update itself.
 */
const BEFORE_IMAGE = `\
create table prisma_gyro.before_image (
  batch_id uuid not null,
  model text not null,
  key text[] not null,
  columns text[] not null,
  "values" text[] not null,
  xid xid not null
)`

/**
 * Rows of a batch that another has updated, and that are again what the batch has left since the other
 * was rolled back. `xid` is their `xmin` until somebody else changes them.
 */
const RESTORED_ROW = `\
create table prisma_gyro.restored_row (
  batch_id uuid not null,
  model text not null,
  key text[] not null,
  xid xid not null,
  primary key (batch_id, model, key)
)`

/** What happened to a batch: a status that it came to, in small letters, and other things. */
const EVENT = `\
create table prisma_gyro.event (
  id bigint generated always as identity,
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  detail jsonb not null default '{}',
  primary key (batch_id, id)
)`

/**
 * How far the models of a batch have come that commits in chunks, written with the rows: `sent` rows of
 * the files, those that are left out not counted, of which `met` were there and left alone. `left_out`
 * are the rows that are there already, a bit for each, packed by Deflate.
 */
const CHECKPOINT = `\
create table prisma_gyro.checkpoint (
  batch_id uuid not null references prisma_gyro.batch on delete cascade,
  model text not null,
  keys bigint,
  left_out bytea,
  sent bigint not null default 0,
  skipped bigint not null default 0,
  updated bigint not null default 0,
  met bigint not null default 0,
  is_done boolean not null default false,
  highest jsonb not null default '{}',
  nulled jsonb not null default '{}',
  seconds double precision not null default 0,
  at timestamptz not null default clock_timestamp(),
  primary key (batch_id, model)
)`

/** Versions, each once: who writes them holds a lock. Text of a limited length takes no second table. */
const MIGRATION = `\
create table prisma_gyro.migration (
  version integer not null,
  applied_at timestamptz not null default clock_timestamp(),
  tool_version varchar(64) not null
)`

/** In the order of their versions. Never changed once released: what is missing is a new one. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      MIGRATION,
      BATCH,
      MODEL,
      FILE,
      WRITE,
      KEY_RANGE,
      KEY_MAP,
      KEY_BLOCK,
      BEFORE_IMAGE,
      RESTORED_ROW,
      EVENT,
      CHECKPOINT,
      'create index on prisma_gyro.before_image (batch_id, model)',
    ],
  },
]

/** The version that this tool writes. */
export const NEWEST_VERSION = MIGRATIONS.length
