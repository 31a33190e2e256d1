import { displayName } from '../postgres/identifier.js'
import type { BatchPart } from './read-parts.js'
import { indistinctRows } from './rollback-error.js'
import type { ModelRollback } from './rollback-plan.js'
import type { RowMarks } from './row-marks.js'

/**
 * Marks all rows that a batch wrote, and tells what will become of them.
 *
 * @throws {GyroError} `ROLLBACK.INDISTINCT` where there are more than it wrote.
 */
export async function markBatch(
  parts: readonly BatchPart[],
  marks: RowMarks,
): Promise<readonly ModelRollback[]> {
  const models: ModelRollback[] = []
  for (const part of parts) {
    await marks.mark(part.rows, part.images)
    models.push(describePart(part, marks))
  }
  return models
}

/** What will become of the rows of one model, by its marks. */
export function describePart(
  { recorded, rows, isUnsure }: BatchPart,
  marks: RowMarks,
): ModelRollback {
  const { model, loaded, updated, keyKind } = recorded
  const found = marks.of(rows.table)
  if (found.gone > loaded) {
    throw indistinctRows(model, { found: found.gone, loaded })
  }
  return {
    model,
    table: displayName(rows.table),
    deleted: found.gone,
    restored: found.back,
    changed: found.goneChanged + found.backChanged,
    // Images may be kept of rows that a trigger left alone in the end.
    missing: loaded - found.gone + Math.max(0, updated - found.back),
    isUncertain: (keyKind === 'kept' || isUnsure) && found.gone < loaded,
  }
}
