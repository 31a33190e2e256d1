import type { RecordedModel } from '../history/read-batch.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { displayName } from '../postgres/identifier.js'
import type { ModelTables } from './check-tables.js'
import { columnsOfImages, type RowsOfBatch } from './mark-statements.js'
import type { RollbackBatch } from './read-rollback-batch.js'
import { indistinctRows, missingTables } from './rollback-error.js'
import type { ModelRollback } from './rollback-plan.js'
import type { ScopeTable } from './rollback-scope.js'
import type { KeyHull, RowMarks } from './row-marks.js'

/**
 * Marks all rows that a batch wrote, and tells what will become of them.
 *
 * @throws {GyroError} `ROLLBACK.INDISTINCT` where there are more than it wrote.
 */
export async function markBatch(
  client: PostgresClient,
  batch: RollbackBatch,
  { marks, tables }: { readonly marks: RowMarks; readonly tables: ModelTables },
): Promise<readonly ModelRollback[]> {
  await client.query(PLAIN_TEXTS)
  const hulls = await marks.readHulls(batch.id)
  const unsure = await readUnsureModels(client, batch.id)
  const restored = await readRestoredModels(client, batch.id)
  const models: ModelRollback[] = []
  for (const [recorded, table] of tables) {
    const { model, keyColumns, loaded, updated, keyKind } = recorded
    const rows = tellRows(recorded, hulls.get(model))
    const { id, writers } = batch
    const images = await readImages(client, { batch: id, model, table })
    const hasRestored = restored.has(model)
    const part = { batch: id, model, table, rows, keyColumns, writers, hasRestored }
    const found = await marks.mark(part, images)
    if (found.gone > loaded) {
      throw indistinctRows(model, { found: found.gone, loaded })
    }
    models.push({
      model,
      table: displayName(table),
      deleted: found.gone,
      restored: found.back,
      changed: found.goneChanged + found.backChanged,
      // Images may be kept of rows that a trigger left alone in the end.
      missing: loaded - found.gone + Math.max(0, updated - found.back),
      isUncertain: (keyKind === 'kept' || unsure.has(model)) && found.gone < loaded,
    })
  }
  return models
}

/** The texts of keys are those that the history holds. */
const PLAIN_TEXTS =
  "set local extra_float_digits = 1; set local bytea_output = 'hex'; set local intervalstyle = 'postgres'"

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
