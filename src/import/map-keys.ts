import type { IntegerKeySet } from '../keys/integer-key-set.js'
import { SequentialRemappingStrategy } from '../keys/sequential-remapping-strategy.js'
import { surveyKeys } from '../keys/survey-keys.js'
import { findNarrowReferences } from '../plan/narrow-references.js'
import { narrowReference } from '../plan/plan-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { ReservedKey } from '../plan/prepared-key.js'
import { MIN_BLOCK } from '../postgres/sequence-block.js'
import { type SideConnection, withSideConnection } from '../postgres/side-connection.js'
import { openSourceFile } from '../source/open-source-file.js'
import { type ImportContext, withFileProgress } from './import-context.js'

/**
 * Reads the source keys of all files, then takes an id for each: before anything is written.
 *
 * @throws {GyroError} `KEYS.NARROW_REFERENCE` when a column that refers to them is too narrow.
 */
export function mapKeys(context: ImportContext): Promise<void> {
  return withSideConnection(context.url, async (side) => {
    const surveys = await surveyFiles(context, side)
    await reserveKeys(context, surveys, side)
  })
}

interface SurveyedModel {
  readonly model: PreparedModel
  readonly key: ReservedKey
  readonly keys: IntegerKeySet
}

async function surveyFiles(
  context: ImportContext,
  side: SideConnection | null,
): Promise<readonly SurveyedModel[]> {
  const { models, onProgress, signal } = context
  const surveys: SurveyedModel[] = []
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
    // It takes as long as some files to read.
    if (key.sequence !== null && keys.size >= MIN_BLOCK) side?.open()
  }
  return surveys
}

async function reserveKeys(
  { client, models, keyMaps, onProgress, signal }: ImportContext,
  surveys: readonly SurveyedModel[],
  side: SideConnection | null,
): Promise<void> {
  onProgress({ type: 'phase', phase: 'reserve' })
  const strategy = new SequentialRemappingStrategy(client, side)
  for (const { model, key, keys } of surveys) {
    signal.throwIfAborted()
    keyMaps.set(model.model, await strategy.mapKeys(keys, { ...key, table: model.table }))
  }
  const [narrow] = findNarrowReferences(models, (model) => keyMaps.get(model)?.range ?? null)
  if (narrow !== undefined) throw narrowReference(narrow)
}
