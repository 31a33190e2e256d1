import { isGyroError } from '../error/gyro-error.js'
import type { ColumnAction } from '../keys/column-action.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import type { ReportProgress } from '../load/load-context.js'
import { remapColumns } from '../load/remapped-rows.js'
import { type SentColumn, sendByCopy } from '../load/send-rows.js'
import { createStaging, stagingTable } from '../load/staging.js'
import type { PreparedColumn } from '../plan/prepared-column.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { qualify, type TableName } from '../postgres/identifier.js'
import { isServerError } from '../postgres/postgres-error.js'

/** The rows of the files of a model. */
export interface StagedFiles {
  /** Null where they could not be read. */
  readonly rows: number | null
  /** The temporary table with them; null where they were only counted. */
  readonly staging: TableName | null
}

/** What is done with the files of a model. */
export interface StagingOrder {
  /** All of the import: their keys say how references are spelled. */
  readonly models: readonly PreparedModel[]
  /** Counts from 0; tells the temporary tables apart. */
  readonly place: number
  /** `count`: what they hold is not compared. `try`: rows may be among them that no table takes. */
  readonly how: 'stage' | 'try' | 'count'
  readonly signal: AbortSignal
  readonly onProgress: ReportProgress
}

/**
 * Reads the files of a model into a temporary table, values as the import writes them and keys as they
 * are in the files.
 *
 * @throws {GyroError} `CSV.*`, `VALUES.*` for files that are not those of the import after all.
 */
export async function stageFiles(
  client: PostgresClient,
  model: PreparedModel,
  order: StagingOrder,
): Promise<StagedFiles> {
  if (order.how === 'count') return { rows: await countRows(model, order), staging: null }
  if (order.how === 'stage') return fillStaging(client, model, order)
  await client.query('savepoint prisma_gyro_staging')
  try {
    return await fillStaging(client, model, order)
  } catch (error) {
    order.signal.throwIfAborted()
    // What the import has rejected may keep the others from being read.
    if (!isGyroError(error) && !isServerError(error)) throw error
    await client.query('rollback to savepoint prisma_gyro_staging')
    return { rows: null, staging: null }
  }
}

async function fillStaging(
  client: PostgresClient,
  model: PreparedModel,
  { models, place, signal, onProgress }: StagingOrder,
): Promise<StagedFiles> {
  const staging = stagingTable(place)
  const sent = model.columns.filter(({ role }) => role.kind !== 'drop')
  const columns = sent.map(
    (column): SentColumn => ({ column: column.column, type: stagedType(column, model, models) }),
  )
  await queryRows(client, createStaging(staging, columns))
  const actions = model.columns.map(keepValue)
  const { chunks } = remapColumns({ signal }, model, { actions, onProgress })
  const rows = await sendByCopy(client, { ...staging, columns }, chunks, signal)
  await client.query(`analyze ${qualify(staging)}`)
  return { rows, staging }
}

/** Rows that a hook changes need not be such as their columns take before. */
async function countRows(
  model: PreparedModel,
  { signal, onProgress }: StagingOrder,
): Promise<number> {
  const actions = model.columns.map((): ColumnAction => ({ kind: 'copy' }))
  const { chunks, sent } = remapColumns({ signal }, model, { actions, onProgress })
  for await (const _ of chunks);
  return sent.rows
}

/** As the import does it, but for what it has another value for. */
function keepValue({ role }: PreparedColumn): ColumnAction {
  return role.kind === 'rule' || role.kind === 'drop' ? role : { kind: 'copy' }
}

/** Keys of the files need not be such as the column takes: only that they are equal counts. */
function stagedType(
  { type, role }: PreparedColumn,
  model: PreparedModel,
  models: readonly PreparedModel[],
): string {
  if (role.kind !== 'key' && role.kind !== 'reference') return type
  const owner = role.kind === 'key' ? model.model : role.owner
  const key = models.find((each) => each.model === owner)?.key ?? null
  if (key === null || key.kind === 'pinned') return 'text'
  return KEY_TYPES[key.kind === 'reserved' ? 'integer' : key.spelling]
}

/** Types whose equality is that of keys: see `normalizeKey`. */
const KEY_TYPES: Readonly<Record<KeySpelling, string>> = {
  integer: 'numeric',
  uuid: 'uuid',
  text: 'text',
  blankPadded: 'bpchar',
}
