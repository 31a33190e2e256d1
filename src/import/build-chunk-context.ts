import type { RowCheck } from '../check/row-check.js'
import type { LoadJournal } from '../load/load-journal.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import type { ImportContext } from './import-context.js'
import { buildUrlTarget } from './import-target.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'
import { chooseTransport } from './row-transport.js'

/** What a context of an import in chunks is made of. */
interface ChunkContextInput
  extends Pick<ResolvedImportOptions, 'useCopy' | 'onProgress' | 'signal'> {
  readonly client: PostgresClient
  readonly url: DatabaseUrl
  /** Without the rows that are rejected. */
  readonly prepared: PreparedImport
  readonly check: RowCheck | null
  readonly runAt: Date
  readonly manifest: Manifest
  readonly journal: LoadJournal
}

/** Foreign keys and indexes stay as they are. */
export function buildChunkContext({
  prepared: { groups, models },
  ...given
}: ChunkContextInput): ImportContext {
  const { client, url, check, runAt, journal, onProgress, signal } = given
  return {
    ...{ client, url, groups, models, check, runAt, journal, onProgress, signal },
    release: null,
    keyMaps: new Map(),
    skipped: new Map(),
    met: new Map(),
    parts: new Map(),
    sourceKeys: new Map(),
    ...chooseTransport({ ...given, models, target: buildUrlTarget(url) }),
  }
}
