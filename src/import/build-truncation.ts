import type { TruncationRequest } from '../plan/plan-truncation.js'
import { type DatabaseUrl, describeDatabase } from '../postgres/database-url.js'
import { isLocal } from '../postgres/is-local.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'

/** Whether an import empties its tables, and whether it may do so in this database. */
export function buildTruncation(
  { truncate, allowRemote }: Pick<ResolvedImportOptions, 'truncate' | 'allowRemote'>,
  url: DatabaseUrl,
): TruncationRequest {
  return {
    isAsked: truncate,
    isAllowed: allowRemote || isLocal(url, process.env['PGHOST'] || 'localhost'),
    target: describeDatabase(url),
  }
}
