import type { Readable, Writable } from 'node:stream'

/** One SQL command and its bound parameters. Names in `text` went through `quoteIdentifier`. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** A result as `pg` gives it. `int8` and `numeric` values are text. */
interface StatementResult<Row> {
  readonly rows: Row[]
  readonly rowCount: number | null
}

/** The part of `pg.Client` that is used. Structural, so that users need no types of `pg`. */
export interface PostgresClient {
  query<Row = Record<string, unknown>>(statement: {
    text: string
    values?: unknown[]
    /** Milliseconds after which it rejects; the connection can only be ended then. */
    query_timeout?: number
  }): Promise<StatementResult<Row>>
  query<Row = Record<string, unknown>>(text: string): Promise<StatementResult<Row>>
  query<Stream extends Writable | Readable>(stream: Stream): Stream
  on(event: 'error', listener: (error: Error) => void): unknown
  end(): Promise<void>
}

/** Runs a statement that always gives a row, and gives that. */
export async function queryRow<Row>(client: PostgresClient, statement: Statement): Promise<Row> {
  const [row] = await queryRows<Row>(client, statement)
  return row as Row
}

/** Runs a statement and gives its rows. */
export async function queryRows<Row>(
  client: PostgresClient,
  { text, values }: Statement,
): Promise<Row[]> {
  const result = await client.query<Row>({ text, values: [...values] })
  return result.rows
}

/** Runs statements without values, in one round trip however many. */
export async function runAll(client: PostgresClient, statements: readonly string[]): Promise<void> {
  if (statements.length > 0) {
    await client.query(statements.join(';\n'))
  }
}
