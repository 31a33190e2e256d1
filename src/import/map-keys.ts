import type { IntegerKeySet } from '../keys/integer-key-set.js'
import { SequentialRemappingStrategy } from '../keys/sequential-remapping-strategy.js'
import { surveyKeys } from '../keys/survey-keys.js'
import { findNarrowReferences } from '../plan/narrow-references.js'
import { narrowReference } from '../plan/plan-error.js'
import type { PreparedModel, ReservedKey } from '../plan/prepared-import.js'
import { openSourceFile } from '../source/open-source-file.js'
import { type ImportContext, withFileProgress } from './import-context.js'

/**
 * Reads the source keys of all files, then takes an id for each: before anything is written.
 *
 * @throws {GyroError} `KEYS.NARROW_REFERENCE` when a column that refers to them is too narrow.
 */
export async function mapKeys(context: ImportContext): Promise<void> {
  const { client, url, models, keyMaps, onProgress, signal } = context
  const surveys: { model: PreparedModel; key: ReservedKey; keys: IntegerKeySet }[] = []
  onProgress({ type: 'phase', phase: 'survey' })
  for (const model of models) {
    const { key, source, dialect } = model
    if (key?.kind !== 'reserved') continue
    const input = { ...key, model: model.model, dialect, column: key.index }
    const parts = source.parts.map((part) => ({
      file: part.path,
      shifts: part.shifts,
      open: () => openSourceFile(part, signal),
    }))
    const { keys } = await withFileProgress(context, 'survey', model, (report) =>
      surveyKeys(parts, input, report),
    )
    surveys.push({ model, key, keys })
  }
  onProgress({ type: 'phase', phase: 'reserve' })
  const strategy = new SequentialRemappingStrategy(client, url)
  for (const { model, key, keys } of surveys) {
    signal.throwIfAborted()
    keyMaps.set(model.model, await strategy.mapKeys(keys, { ...key, table: model.table }))
  }
  const [narrow] = findNarrowReferences(models, (model) => keyMaps.get(model)?.range ?? null)
  if (narrow !== undefined) throw narrowReference(narrow)
}
