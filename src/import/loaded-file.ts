import type { LoadedModel } from '../load/load-context.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { displayName } from '../postgres/identifier.js'
import type { ImportContext } from './import-context.js'
import type { ModelResult, NulledReference } from './import-result.js'

/** What the files of a model became. */
export interface LoadedFile extends LoadedModel {
  readonly prepared: PreparedModel
  readonly seconds: number
}

/** What became of the rows that were sent and of those that were left out before. */
export function countRows(
  { prepared, rows, skipped }: LoadedFile,
  met: ImportContext['met'],
): Pick<ModelResult, 'loaded' | 'updated' | 'skipped' | 'unchanged'> {
  const { updated, unchanged } = met.get(prepared.model) ?? { updated: 0, unchanged: 0 }
  return {
    loaded: rows - updated - unchanged,
    updated,
    skipped: skipped + unchanged,
    unchanged: prepared.conflict?.action === 'update' ? unchanged : 0,
  }
}

/** What an import tells of a model. */
export function describeModelResult(
  file: LoadedFile,
  { keyMaps, met, check }: Pick<ImportContext, 'keyMaps' | 'met' | 'check'>,
): ModelResult {
  const { prepared, rows, skipped, seconds } = file
  const { model, table, source, technique, strategy } = prepared
  const range = keyMaps.get(model)?.range ?? null
  const rejected = check?.faultsOf(model).size ?? 0
  return {
    model,
    table: displayName(table),
    file: source.name,
    files: source.parts.map(({ name }) => name),
    technique,
    strategy,
    read: rows + skipped + rejected,
    ...countRows(file, met),
    rejected,
    nulledReferences: countNulled(file),
    keys: range === null ? null : { from: String(range.from), to: String(range.to) },
    bytes: source.originals?.bytes ?? source.bytes,
    seconds,
  }
}

function countNulled({ prepared, nulled }: LoadedFile): readonly NulledReference[] {
  return prepared.references.flatMap(({ name: reference, missing }) => {
    // All of its columns that may be NULL become so in the same rows.
    const [first] = missing.nulled
    const place = prepared.columns.findIndex(({ column }) => column === first)
    const rows = nulled.get(place) ?? 0
    return rows === 0 ? [] : [{ reference, rows }]
  })
}
