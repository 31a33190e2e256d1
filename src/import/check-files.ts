import { checkRows } from '../check/check-rows.js'
import type { RowCheck } from '../check/row-check.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { type ImportContext, withFileProgress } from './import-context.js'

/** Looks at all rows of an import, as `checkRows` does, and tells how far that has come. */
export function checkFiles(
  client: PostgresClient,
  prepared: PreparedImport,
  { onProgress, signal }: Pick<ImportContext, 'onProgress' | 'signal'>,
): Promise<RowCheck> {
  onProgress({ type: 'phase', phase: 'check' })
  return checkRows(client, prepared, {
    track: (model, work) => withFileProgress({ onProgress }, 'check', model, work),
    signal,
  })
}
