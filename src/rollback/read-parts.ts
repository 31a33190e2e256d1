import type { RecordedModel } from '../history/read-batch.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { displayName } from '../postgres/identifier.js'
import { PLAIN_TEXTS } from '../postgres/plain-texts.js'
import type { BatchRows, RowsOfBatch } from './batch-rows.js'
import type { ModelTables } from './check-tables.js'
import { columnsOfImages } from './mark-statements.js'
import type { RollbackBatch } from './read-rollback-batch.js'
import { missingTables } from './rollback-error.js'
import type { ScopeTable } from './rollback-scope.js'
import type { KeyHull, RowMarks } from './row-marks.js'

/** What a batch wrote of one model, and how it is found. */
export interface BatchPart {
  readonly recorded: RecordedModel
  readonly rows: Omit<BatchRows, 'isLocking'>
  /** The columns of its before-images: a list for each set of columns that there is. */
  readonly images: readonly (readonly string[])[]
  /** Whether the history does not say of every row whether it was new. */
  readonly isUnsure: boolean
}

/**
 * Reads in the history how the rows of a batch are found, in load order.
 *
 * @throws {GyroError} `ROLLBACK.MISSING_TABLE` where columns are gone that are to be restored.
 */
export async function readParts(
  client: PostgresClient,
  { id, writers }: Pick<RollbackBatch, 'id' | 'writers'>,
  { marks, tables }: { readonly marks: RowMarks; readonly tables: ModelTables },
): Promise<readonly BatchPart[]> {
  // The texts of keys are those that the history holds.
  await client.query(PLAIN_TEXTS)
  const hulls = await marks.readHulls(id)
  const unsure = await readUnsureModels(client, id)
  const restored = await readRestoredModels(client, id)
  const parts: BatchPart[] = []
  for (const [recorded, table] of tables) {
    const { model, keyColumns } = recorded
    const rows = tellRows(recorded, hulls.get(model))
    const hasRestored = restored.has(model)
    parts.push({
      recorded,
      rows: { batch: id, model, table, rows, keyColumns, writers, hasRestored },
      images: await readImages(client, { batch: id, model, table }),
      isUnsure: unsure.has(model),
    })
  }
  return parts
}

/** The columns that before-images of a model are of. */
async function readImages(
  client: PostgresClient,
  owner: { readonly batch: string; readonly model: string; readonly table: ScopeTable },
): Promise<readonly (readonly string[])[]> {
  const { model, table } = owner
  const rows = await queryRows<{ columns: readonly string[] }>(client, columnsOfImages(owner))
  const images = rows.map(({ columns }) => columns)
  const lost = images.flat().filter((name) => !table.columns.some((each) => each.name === name))
  if (lost.length > 0) {
    const lacks = `has no column ${[...new Set(lost)].join(', ')}`
    throw missingTables([{ model, table: displayName(table), lacks }])
  }
  return images
}

/** Where an import has reserved keys and loaded no row, there is no piece of them. */
function tellRows({ keyKind, keyColumn }: RecordedModel, hull: KeyHull | undefined): RowsOfBatch {
  if (keyKind === 'kept' || keyColumn === null) return { by: 'writer' }
  if (keyKind !== 'range') return { by: 'map', column: keyColumn }
  const { from, to, hasGaps } = hull ?? { from: '1', to: '0', hasGaps: false }
  return { by: 'range', column: keyColumn, from, to, hasGaps }
}

/** Models of which the history does not say which keys were new. */
async function readUnsureModels(
  client: PostgresClient,
  batch: string,
): Promise<ReadonlySet<string>> {
  const rows = await queryRows<{ model: string }>(client, {
    text: `\
select distinct model
from prisma_gyro.key_map
where batch_id = $1 and is_new is null`,
    values: [batch],
  })
  return new Set(rows.map(({ model }) => model))
}

/** Models of which another batch has updated rows and was rolled back since. */
async function readRestoredModels(
  client: PostgresClient,
  batch: string,
): Promise<ReadonlySet<string>> {
  const rows = await queryRows<{ model: string }>(client, {
    text: 'select distinct model from prisma_gyro.restored_row where batch_id = $1',
    values: [batch],
  })
  return new Set(rows.map(({ model }) => model))
}
