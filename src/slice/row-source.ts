import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import { type PackedRows, type RowChunk, RowSet } from './row-set.js'

/** How rows are asked for. */
export interface RowSource {
  /** Within a snapshot. */
  readonly client: PostgresClient
  /** Rows of a statement at most. */
  readonly chunkRows: number
  /** Steps of one direction before a reference is thought to form a long chain. */
  readonly chainSteps: number
}

/** The rows that a statement gives. */
export async function readRows(client: PostgresClient, statement: Statement): Promise<RowSet> {
  const rows = new RowSet()
  await addRows(client, rows, statement)
  return rows
}

/** The rows that statements give which are built for one chunk after the other. */
export async function readRowsOf(
  { client, chunkRows }: RowSource,
  rows: RowSet,
  build: (chunk: RowChunk) => Statement,
): Promise<RowSet> {
  const found = new RowSet()
  for (const chunk of rows.chunks(chunkRows)) {
    await addRows(client, found, build(chunk))
  }
  return found
}

/** The number that a statement counts. */
export async function readCount(client: PostgresClient, statement: Statement): Promise<number> {
  const { count } = await queryRow<{ count: string }>(client, statement)
  return Number(count)
}

async function addRows(client: PostgresClient, rows: RowSet, statement: Statement): Promise<void> {
  for (const packed of await queryRows<PackedRows>(client, statement)) rows.addPacked(packed)
}
