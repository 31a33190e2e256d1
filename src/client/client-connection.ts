import type { Readable, Writable } from 'node:stream'
import { InternalError } from '../error/internal-error.js'
import type { PostgresClient } from '../postgres/client.js'
import { isConnectionLoss, isServerError } from '../postgres/postgres-error.js'
import { translateClientFailure } from './client-failure.js'
import { diagnoseRefusal } from './diagnose-refusal.js'
import type { PrismaTransaction } from './prisma-client.js'

type Parameters = readonly unknown[]

interface Result<Row> {
  readonly rows: Row[]
  readonly rowCount: number
}

/** Statements that give rows. The others are asked only for their count. */
const GIVES_ROWS = /^\s*(select|with|fetch)\b/i

/** Statements that rows or constraints may be against, of which more is told than the Client does. */
const MAY_REFUSE = /^\s*(insert|with|update|set constraints|create|alter)\b/i

const SAVEPOINT = 'prisma_gyro_statement'

/**
 * The connection that a transaction of Prisma Client has, for whoever speaks SQL. Values come as `pg`
 * gives them, a `numeric` without the zeros at its end, and so do errors. It knows no COPY, and ends with
 * its transaction.
 */
export class ClientConnection implements PostgresClient {
  readonly #transaction: PrismaTransaction

  constructor(transaction: PrismaTransaction) {
    this.#transaction = transaction
  }

  query<Row = Record<string, unknown>>(statement: {
    text: string
    values?: unknown[]
  }): Promise<Result<Row>>
  query<Row = Record<string, unknown>>(text: string): Promise<Result<Row>>
  query<Stream extends Writable | Readable>(stream: Stream): Stream
  query(given: string | { text: string; values?: unknown[] } | Writable | Readable): unknown {
    if (typeof given === 'string') return this.#run(given, [])
    if ('text' in given) return this.#run(given.text, given.values ?? [])
    throw new InternalError('A transaction of Prisma Client was to COPY')
  }

  on(): void {}

  async end(): Promise<void> {}

  async #run(text: string, values: Parameters): Promise<Result<unknown>> {
    if (!MAY_REFUSE.test(text)) return this.#send(text, values)
    await this.#send(`savepoint ${SAVEPOINT}`, [])
    try {
      const result = await this.#send(text, values)
      await this.#send(`release savepoint ${SAVEPOINT}`, [])
      return result
    } catch (error) {
      if (!isServerError(error) || isConnectionLoss(error)) throw error
      await this.#send(`rollback to savepoint ${SAVEPOINT}`, [])
      throw await diagnoseRefusal((sql) => this.#send(sql, []), { text, values, error })
    }
  }

  async #send(text: string, values: Parameters): Promise<Result<unknown>> {
    try {
      if (!GIVES_ROWS.test(text)) {
        const rowCount = await this.#transaction.$executeRawUnsafe(text, ...values)
        return { rows: [], rowCount }
      }
      const found = await this.#transaction.$queryRawUnsafe(text, ...values)
      const rows = Array.isArray(found) ? found.map(asPgRow) : []
      return { rows, rowCount: rows.length }
    } catch (error) {
      throw translateClientFailure(error)
    }
  }
}

function asPgRow(row: object): unknown {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asPgValue(value)]))
}

/** The Client has types of its own for what `pg` leaves as text: `int8` and `numeric`. */
function asPgValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(asPgValue)
  return isDecimal(value) ? value.toFixed() : value
}

function isDecimal(value: unknown): value is { toFixed(): string } {
  return typeof value === 'object' && value !== null && 'toFixed' in value
}
