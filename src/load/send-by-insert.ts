import type { PostgresClient } from '../postgres/client.js'
import { isConnectionLoss, isServerError } from '../postgres/postgres-error.js'
import { locateRefusal, type RefusedStatement } from './locate-refusal.js'
import { parseCopyRows } from './parse-copy-rows.js'
import { RefusedInsert } from './refused-insert.js'
import type { SendRows } from './send-rows.js'
import { insertSelected, selectParameters } from './staging.js'

/** One for all statements: many would slow down the snapshots of other sessions. */
const SAVEPOINT = 'prisma_gyro_insert'

/**
 * Sends rows as parameters, by an INSERT for each chunk: where COPY is not allowed.
 *
 * @throws {RefusedInsert} for a row that is refused, unless because of one in a chunk before.
 */
export const sendByInsert: SendRows = async (client, target, text, signal) => {
  const { columns, onStored, ...table } = target
  const insert = insertSelected({ table, columns, select: selectParameters(columns, 1) }).text
  let sent = 0
  let stored = 0
  await client.query(`savepoint ${SAVEPOINT}`)
  for await (const chunk of text) {
    signal.throwIfAborted()
    const rows = parseCopyRows(chunk)
    const values = columns.map((_, index) => rows.map((row) => row[index] ?? null))
    try {
      const { rowCount } = await client.query({ text: insert, values })
      stored += Number(rowCount)
    } catch (error) {
      signal.throwIfAborted()
      throw await explain(client, error, { text: insert, columns, values, before: sent })
    }
    sent += rows.length
  }
  await onStored?.(stored)
  await client.query(`release savepoint ${SAVEPOINT}`)
  return stored
}

/** @param refused `before` counts the rows of the statements before. */
async function explain(
  client: PostgresClient,
  error: unknown,
  { before, ...refused }: RefusedStatement & { readonly before: number },
): Promise<unknown> {
  if (!isServerError(error) || isConnectionLoss(error)) return error
  await client.query(`rollback to savepoint ${SAVEPOINT}`)
  const located = await locateRefusal(client, refused)
  if (located === null) return error
  const { refusal, place } = located
  return new RefusedInsert(refusal, { ...place, row: before + place.row })
}
