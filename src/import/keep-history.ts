import { askHistory } from '../history/find-batch.js'
import { ImportBatch, type NewBatch } from '../history/import-batch.js'
import { ImportJournal } from '../history/import-journal.js'
import { openHistory, WITHOUT_HISTORY } from '../history/open-history.js'
import { recordEvent } from '../history/record-batch.js'
import { fingerprintManifest } from '../manifest/fingerprint-manifest.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { displayName } from '../postgres/identifier.js'
import { readServer } from '../postgres/server.js'
import { type LostCommit, withTransaction } from '../postgres/transaction.js'
import type { TargetChoice } from './resolve-target.js'

/** Why an import is not kept in a history, for people; null where it is to be. */
export function explainUnkept(keepsHistory: boolean, kind: TargetChoice['kind']): string | null {
  if (!keepsHistory) return unkept('as was asked for')
  // Each of its statements has a savepoint of its own: `xmin` would not tell which rows were written.
  return kind === 'client' ? unkept('as its rows go through a Prisma Client') : null
}

function unkept(why: string): string {
  return `The import is not kept in a history, ${why}: ${WITHOUT_HISTORY}.`
}

/** The place of one import in the history. */
export class HistoryEntry {
  readonly #batch: NewBatch
  readonly #url: DatabaseUrl
  /** Whether there was a history before, which a failure is told in. */
  #tellsFailures = false

  /** @param url Where a failure is told, on another connection. */
  constructor(
    url: DatabaseUrl,
    { manifest, ...batch }: Omit<NewBatch, 'manifestFingerprint'> & { readonly manifest: Manifest },
  ) {
    this.#url = url
    this.#batch = { ...batch, manifestFingerprint: fingerprintManifest(manifest) }
  }

  get id(): string {
    return this.#batch.id
  }

  /**
   * Begins the batch in the transaction of the import; the tables are made where there are none.
   *
   * @returns Null, and why, where the role may not or the server cannot.
   * @throws {GyroError} `HISTORY.NEWER`.
   */
  async begin(
    client: PostgresClient,
    { server, emptied }: Pick<PreparedImport, 'server' | 'emptied'>,
  ): Promise<{ readonly journal: ImportJournal | null; readonly warnings: readonly string[] }> {
    const { isOpen, existed, warnings } = await openHistory(client, server)
    if (!isOpen) return { journal: null, warnings }
    const batch = await ImportBatch.create(client, this.#batch)
    await batch.start()
    if (emptied.length > 0) {
      const detail = { tables: emptied.map(displayName) }
      await recordEvent(client, batch.id, { kind: 'truncated', detail })
    }
    this.#tellsFailures = existed
    return { journal: new ImportJournal(client, batch, { server }), warnings }
  }

  /** Asks whether the transaction of the batch was committed. */
  readonly ask: Required<LostCommit>['ask'] = (client) => askHistory(client, this.id)

  /**
   * Tells of a failure, after the rollback and on a connection of its own, where there was a history
   * before: an import that fails creates none. What goes wrong here must not hide the failure.
   */
  async tellFailure(errorCode: string): Promise<void> {
    if (!this.#tellsFailures) return
    const write = async (client: PostgresClient) => {
      const { isOpen } = await openHistory(client, await readServer(client))
      if (!isOpen) return
      const batch = await ImportBatch.create(client, this.#batch)
      await batch.start()
      await batch.move('FAILED', { errorCode })
    }
    await withConnection(this.#url, (client) => withTransaction(client, () => write(client))).catch(
      () => {},
    )
  }
}
