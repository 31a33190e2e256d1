import { findBatchHolder, holdBatch } from '../history/batch-lock.js'
import { batchIsRunning } from '../history/history-error.js'
import { findImportLockHolder, holdImportLock } from '../postgres/advisory-lock.js'
import { type PostgresClient, queryRow } from '../postgres/client.js'
import { type DatabaseUrl, describeDatabase } from '../postgres/database-url.js'
import { readServer, transactionSettings } from '../postgres/server.js'
import { withTransaction } from '../postgres/transaction.js'
import { alreadyRunning } from './import-error.js'
import { sessionLost } from './resume-error.js'

/** The connection of an import that commits in chunks: it keeps others away between its transactions. */
export class ChunkSession {
  readonly client: PostgresClient
  readonly #url: DatabaseUrl
  readonly #pid: number
  readonly #settings: readonly string[]

  private constructor(
    client: PostgresClient,
    url: DatabaseUrl,
    { pid, settings }: { readonly pid: number; readonly settings: readonly string[] },
  ) {
    this.client = client
    this.#url = url
    this.#pid = pid
    this.#settings = settings
  }

  /**
   * Claims the database for one import until the connection ends.
   *
   * @throws {GyroError} `IMPORT.ALREADY_RUNNING`.
   */
  static async open(client: PostgresClient, url: DatabaseUrl): Promise<ChunkSession> {
    if (!(await holdImportLock(client))) {
      throw alreadyRunning(describeDatabase(url), await findImportLockHolder(client))
    }
    const settings = transactionSettings(await readServer(client))
    return new ChunkSession(client, url, { pid: await readProcess(client), settings })
  }

  /**
   * Claims a batch until the connection ends.
   *
   * @throws {GyroError} `HISTORY.RUNNING` when another connection has it.
   */
  async hold(batch: string): Promise<void> {
    if (!(await holdBatch(this.client, batch))) {
      throw batchIsRunning(batch, await findBatchHolder(this.client, batch))
    }
  }

  /**
   * Runs `work` in a transaction of its own.
   *
   * @throws {GyroError} `IMPORT.SESSION_LOST` when the claims are those of another connection; else
   * what `withTransaction` throws.
   */
  transaction<Result>(work: () => Promise<Result>, onConfirmed = () => {}): Promise<Result> {
    const inside = async () => {
      for (const setting of this.#settings) await this.client.query(setting)
      if ((await readProcess(this.client)) !== this.#pid) throw sessionLost()
      return work()
    }
    return withTransaction(this.client, inside, { url: this.#url, onConfirmed })
  }
}

async function readProcess(client: PostgresClient): Promise<number> {
  const { pid } = await queryRow<{ pid: number }>(client, {
    text: 'select pg_backend_pid() as pid',
    values: [],
  })
  return pid
}
