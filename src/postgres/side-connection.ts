import type { PostgresClient } from './client.js'
import { connect } from './connect.js'
import type { DatabaseUrl } from './database-url.js'

/**
 * A connection beside that of a transaction, for what is to be there at once and for everyone. It is
 * opened when it is first needed, and serves until something fails: then the next one gets a new one.
 */
export class SideConnection {
  readonly #url: DatabaseUrl
  #opening: Promise<PostgresClient> | null = null

  constructor(url: DatabaseUrl) {
    this.#url = url
  }

  /** Begins to open it, for who will need it soon. What fails is told by `use`. */
  open(): void {
    this.#opening ??= connect(this.#url)
    this.#opening.catch(() => {})
  }

  /**
   * @param work Must leave no transaction open.
   * @throws {GyroError} what `connect` throws; and what `work` throws.
   */
  async use<Result>(work: (client: PostgresClient) => Promise<Result>): Promise<Result> {
    this.#opening ??= connect(this.#url)
    try {
      return await work(await this.#opening)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = null
    // One that cannot be had or is gone already cannot be ended; that must not hide what went before.
    await opening?.then((client) => client.end()).catch(() => {})
  }
}

/**
 * Hands a connection that is not open yet to `use` and closes it, whatever happens. Null where there can be
 * none.
 */
export async function withSideConnection<Result>(
  url: DatabaseUrl | null,
  use: (side: SideConnection | null) => Promise<Result>,
): Promise<Result> {
  if (url === null) return use(null)
  const side = new SideConnection(url)
  try {
    return await use(side)
  } finally {
    await side.close()
  }
}
