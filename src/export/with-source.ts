import type { Manifest } from '../manifest/manifest.js'
import { cancelOnAbort } from '../postgres/cancel-on-abort.js'
import type { PostgresClient } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { interrupted, translateExportFailure } from './export-error.js'
import { type PreparedExport, prepareExport } from './prepare-export.js'
import type { ResolvedExportOptions } from './resolve-export-options.js'

/** Where an export reads. */
export interface SourceRequest extends ResolvedExportOptions {
  readonly manifest: Manifest
  readonly url: DatabaseUrl
}

/**
 * Decides an export and hands it to `use`, with the connection that holds its snapshot. Nothing is written
 * to the database.
 *
 * @throws {GyroError} `EXPORT.*`, `POSTGRES.*`; `EXPORT.INTERRUPTED` once the signal aborts.
 */
export async function withSource<Result>(
  request: SourceRequest,
  use: (client: PostgresClient, prepared: PreparedExport) => Promise<Result>,
): Promise<Result> {
  const { manifest, url, signal } = request
  const { models } = manifest
  try {
    return await withConnection(url, (client) =>
      cancelOnAbort({ client, url, signal }, async () => {
        const asked = { ...request, models, schema: url.schema }
        const prepared = await prepareExport(client, asked)
        signal.throwIfAborted()
        return use(client, prepared)
      }),
    )
  } catch (error) {
    throw signal.aborted ? interrupted() : translateExportFailure(error)
  }
}
