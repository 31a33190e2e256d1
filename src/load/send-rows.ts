import type { PostgresClient } from '../postgres/client.js'
import { copyIn } from '../postgres/copy-in.js'
import type { TableName } from '../postgres/identifier.js'

/** A column that rows are sent with: its database name and its type. */
export interface SentColumn {
  readonly column: string
  /** As the database declares it. */
  readonly type: string
}

/** The table that rows go into, and the columns that they have. */
interface RowTarget extends TableName {
  readonly columns: readonly SentColumn[]
  /** Called when rows were stored, in the savepoint that stored them. Default: nobody wants to know. */
  readonly onStored?: (rows: number) => Promise<void>
}

/**
 * Sends rows to the server and gives how many it took. When it fails the transaction is of no more use,
 * unless a savepoint was set before.
 *
 * @param text COPY text in chunks of whole rows.
 */
export type SendRows = (
  client: PostgresClient,
  target: RowTarget,
  text: AsyncIterable<Buffer>,
  signal: AbortSignal,
) => Promise<number>

/** Sends all rows by one COPY. */
export const sendByCopy: SendRows = async (client, target, text, signal) => {
  const columns = target.columns.map(({ column }) => column)
  const stored = await copyIn(client, { ...target, columns }, text, signal)
  await target.onStored?.(stored)
  return stored
}
