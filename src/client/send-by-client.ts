import { locateRefusal } from '../load/locate-refusal.js'
import { parseCopyRows } from '../load/parse-copy-rows.js'
import { RefusedInsert } from '../load/refused-insert.js'
import { sendByInsert } from '../load/send-by-insert.js'
import type { SendRows, SentColumn } from '../load/send-rows.js'
import { insertSelected, selectParameters } from '../load/staging.js'
import { UnsendableValue } from '../load/unsendable-value.js'
import type { PostgresClient } from '../postgres/client.js'
import { type TableName, tableKey } from '../postgres/identifier.js'
import { PLAIN_TEXTS } from '../postgres/plain-texts.js'
import { isConnectionLoss, isServerError } from '../postgres/postgres-error.js'
import { clientRefuses, unknownToClient } from './client-error.js'
import { translateClientFailure } from './client-failure.js'
import type { ClientField, ClientModel } from './client-model.js'
import { Uncarried } from './client-value.js'
import { findDelegate, type ModelDelegate, type PrismaTransaction } from './prisma-client.js'
import { readTexts } from './read-texts.js'

/** What is needed to write rows through a Prisma Client. */
interface ClientSender {
  readonly transaction: PrismaTransaction
  /** By `tableKey`. */
  readonly models: ReadonlyMap<string, ClientModel>
  /** What `now()` is. */
  readonly runAt: Date
}

/** The most parameters that a statement can have. */
const MAX_PARAMETERS = 32_767

/** One for all batches: many would slow down the snapshots of other sessions. */
const SAVEPOINT = 'prisma_gyro_client'

/**
 * Sends the rows of models by `createMany` of a Prisma Client, so that its extensions see them. What the
 * Client does not know goes in by INSERT: staged rows, join tables, and columns that it ignores.
 */
export function createClientSender({ transaction, models, runAt }: ClientSender): SendRows {
  return async (client, target, text, signal) => {
    const found = models.get(tableKey(target))
    const fields = target.columns.map(({ column }) => found?.fields.get(column))
    if (found === undefined || !fields.every(isKnown)) {
      return sendByInsert(client, target, text, signal)
    }
    const delegate = findDelegate(transaction, found.model)
    if (delegate === null) throw unknownToClient(found.model)
    const timed = found.timed.filter(({ field }) => !fields.some((each) => each.field === field))
    const rest = Object.fromEntries(timed.map(({ field }) => [field, runAt]))
    const size = Math.floor(MAX_PARAMETERS / (fields.length + timed.length))
    const writer = { client, delegate, target, fields, rest, model: found.model }
    let sent = 0
    let stored = 0
    await client.query(PLAIN_TEXTS)
    await client.query(`savepoint ${SAVEPOINT}`)
    for await (const chunk of text) {
      const rows = parseCopyRows(chunk)
      for (let from = 0; from < rows.length; from += size) {
        signal.throwIfAborted()
        const batch = rows.slice(from, from + size)
        stored += await writeBatch(writer, batch, sent)
        sent += batch.length
      }
    }
    await target.onStored?.(stored)
    await client.query(`release savepoint ${SAVEPOINT}`)
    return stored
  }
}

function isKnown(field: ClientField | undefined): field is ClientField {
  return field !== undefined
}

/** What the rows of one model are written with. */
interface RowWriter {
  readonly client: PostgresClient
  readonly delegate: ModelDelegate
  readonly target: TableName & { readonly columns: readonly SentColumn[] }
  readonly fields: readonly ClientField[]
  /** What every row has beside. */
  readonly rest: object
  readonly model: string
}

type TextRow = readonly (string | null)[]

/** @param before Counts the rows of the batches before. */
async function writeBatch(
  writer: RowWriter,
  rows: readonly TextRow[],
  before: number,
): Promise<number> {
  const { client, delegate, target, fields, rest } = writer
  const values = target.columns.map((_, index) => rows.map((row) => row[index] ?? null))
  try {
    const texts = await readTexts(client, { columns: target.columns, fields, values })
    const data = texts.map((row, place) => ({ ...rest, ...buildRow(row, fields, before + place) }))
    return (await delegate.createMany({ data })).count
  } catch (error) {
    throw await explain(translateClientFailure(error), writer, { values, before })
  }
}

function buildRow(row: TextRow, fields: readonly ClientField[], before: number): object {
  return Object.fromEntries(
    fields.flatMap(({ field, column, read }, index) => {
      const value = read(row[index] ?? null)
      if (value instanceof Uncarried) {
        throw new UnsendableValue(value.reason, { row: before + 1, column })
      }
      return value === undefined ? [] : [[field, value]]
    }),
  )
}

/** Where an INSERT of the same rows is refused, too, it tells the row; else the Client is against it. */
async function explain(
  error: unknown,
  { client, target, model }: RowWriter,
  { values, before }: { readonly values: readonly TextRow[]; readonly before: number },
): Promise<unknown> {
  if (error instanceof UnsendableValue || isConnectionLoss(error)) return error
  const { columns, ...table } = target
  await client.query(`rollback to savepoint ${SAVEPOINT}`)
  const text = insertSelected({ table, columns, select: selectParameters(columns, 1) }).text
  const located = await locateRefusal(client, { text, columns, values })
  if (located !== null) {
    const { refusal, place } = located
    return new RefusedInsert(refusal, { ...place, row: before + place.row })
  }
  return isServerError(error) ? error : clientRefuses(model, error)
}
