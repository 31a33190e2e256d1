import type { Manifest } from '../manifest/manifest.js'
import type { ImportRequest } from '../plan/prepare-import.js'
import type { Discovery } from '../source/discover-files.js'
import type { ImportTarget } from './import-target.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'

/** What an import is, and where. */
interface TargetedImport extends ResolvedImportOptions {
  readonly manifest: Manifest
  readonly discovery: Discovery
  readonly target: ImportTarget
}

/** What is asked of the plan: the options, with what the target says. */
export function buildRequest({ target, ...run }: TargetedImport): ImportRequest {
  const { schema, poolerSign, name, isLocal, transaction } = target
  const { truncate, allowRemote } = run
  return {
    ...run,
    // What PostgreSQL itself has written may well be infinity.
    values: { allowSpecial: run.allowSpecial ?? run.discovery.isExport },
    schema,
    poolerSign,
    // A Prisma Client cannot COPY.
    useCopy: run.useCopy && transaction === null,
    throughClient: transaction !== null,
    // A rebuild hardly pays where rows come so slowly: only on request.
    fkMode: transaction !== null && run.fkMode === 'auto' ? 'checked' : run.fkMode,
    truncation: { isAsked: truncate, isAllowed: allowRemote || isLocal, target: name },
  }
}
