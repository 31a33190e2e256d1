import type { PostgresClient } from '../postgres/client.js'
import { isServerError, type ServerError } from '../postgres/postgres-error.js'
import { RefusedInsert, type RefusedPlace } from './refused-insert.js'
import type { SentColumn } from './send-rows.js'
import { selectParameters } from './staging.js'

/** Values by column, each of them one for each row. */
type ColumnValues = readonly (readonly (string | null)[])[]

/** An INSERT that was refused. The transaction can be used again. */
export interface RefusedStatement {
  readonly text: string
  readonly columns: readonly SentColumn[]
  readonly values: ColumnValues
}

const SAVEPOINT = 'prisma_gyro_part'

/**
 * Finds the row for which an INSERT was refused, by inserting ever smaller parts of its rows. Null where
 * they are all taken now: what stood in their way was undone with the statements before.
 */
export async function locateRefusal(
  client: PostgresClient,
  statement: RefusedStatement,
): Promise<RefusedInsert | null> {
  const { text, columns, values } = statement
  const insert = (from: number, to: number) =>
    refuse(
      client,
      text,
      values.map((column) => column.slice(from, to)),
    )
  let taken = 0
  let refused = values[0]?.length ?? 0
  while (refused - taken > 1) {
    const middle = (taken + refused) >> 1
    if ((await insert(taken, middle)) === null) taken = middle
    else refused = middle
  }
  const refusal = await insert(taken, refused)
  if (refusal === null) return null
  const row = values.map((column) => column.slice(taken, refused))
  const place = { row: refused, column: await findColumn(client, columns, row) }
  return new RefusedInsert(refusal, place)
}

/** The first column whose type refuses its value; null when each takes its own. */
async function findColumn(
  client: PostgresClient,
  columns: readonly SentColumn[],
  row: ColumnValues,
): Promise<RefusedPlace['column']> {
  for (const [index, column] of columns.entries()) {
    const refusal = await refuse(client, selectParameters([column], 1), row.slice(index, index + 1))
    if (refusal !== null) return column.column
  }
  return null
}

/** What the server says against a statement; null when it takes it. */
async function refuse(
  client: PostgresClient,
  text: string,
  values: ColumnValues,
): Promise<ServerError | null> {
  await client.query(`savepoint ${SAVEPOINT}`)
  try {
    await client.query({ text, values: [...values] })
    return null
  } catch (error) {
    if (!isServerError(error)) throw error
    await client.query(`rollback to savepoint ${SAVEPOINT}`)
    return error
  }
}
