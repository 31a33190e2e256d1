import { type PostgresClient, queryRow, type Statement } from '../postgres/client.js'
import { displayName, qualify, type TableName, tableKey } from '../postgres/identifier.js'
import { readTransactionWrites, type TransactionWrites } from '../postgres/transaction-writes.js'

/** What a batch has written of a model whose rows are told by their `xmin` alone. */
export interface WrittenModel {
  readonly model: string
  readonly table: TableName
  readonly loaded: number
  readonly updated: number
}

/**
 * Finds the models of which nobody could tell the rows of the batch from those of others once it is
 * committed: what a trigger, a rule or a foreign key changes in its transaction gets its `xmin` as well.
 * To be asked in the transaction, when all is written and no trigger waits any more. Gives by model what
 * to tell people. Rows are counted only where the table was written to more often than the batch did.
 */
export async function findIndistinctModels(
  client: PostgresClient,
  batch: string,
  models: readonly WrittenModel[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const tables = models.map(({ table }) => table)
  const writes = tables.length === 0 ? new Map() : await readTransactionWrites(client, tables)
  for (const written of models) {
    const why = await judge(client, batch, written, writes.get(tableKey(written.table)))
    if (why !== null) found.set(written.model, warnOf(written.table, why))
  }
  return found
}

/** `written`: by others too; `unseen`: nobody can tell whether it was. */
type Doubt = 'written' | 'unseen'

async function judge(
  client: PostgresClient,
  batch: string,
  { table, loaded, updated }: WrittenModel,
  writes: TransactionWrites | undefined,
): Promise<Doubt | null> {
  // Less than the batch wrote: the rows are elsewhere, or the server was told not to count.
  if (writes === undefined || writes.inserted < loaded || writes.updated < updated) return 'unseen'
  // A row of the batch may be gone for each one of others that has its xmin: no number would tell.
  if (writes.deleted > 0) return 'written'
  if (writes.inserted === loaded && writes.updated === updated) return null
  if (!writes.canSeeAll) return 'unseen'
  const { known, all } = await queryRow<Counts>(client, countWritten(batch, table))
  return known === all && all === loaded + updated ? null : 'written'
}

interface Counts {
  /** Rows by the transaction or a savepoint that the history knows. */
  readonly known: number
  /** Rows by any savepoint: a function that catches errors has some of its own. */
  readonly all: number
}

/**
 * Counts the rows that the transaction wrote. Numbers from its own onwards are its savepoints', or those
 * of others, which are in the past of the snapshot: else their rows would not be seen.
 */
function countWritten(batch: string, table: TableName): Statement {
  return {
    text: `\
with own as (
  select
    pg_catalog.pg_current_xact_id() as id,
    age(pg_catalog.pg_current_xact_id()::xid) as age,
    pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot()) as next
), written as (
  select t.xmin as xid, count(*) as rows
  from ${qualify(table)} t
  where age(t.xmin) <= (select age from own)
  group by t.xmin
), numbered as (
  select w.xid, w.rows, own.next, (own.id::text::bigint + own.age - age(w.xid))::text::xid8 as id
  from written w, own
)
select
  coalesce(sum(rows) filter (where xid = pg_catalog.pg_current_xact_id()::xid or xid in (
    select k.xid
    from prisma_gyro.write k
    where k.batch_id = $1
  )), 0)::float8 as known,
  coalesce(sum(rows) filter (where case
    when id >= next then true
    else pg_catalog.pg_xact_status(id) = 'in progress'
  end), 0)::float8 as all
from numbered`,
    values: [batch],
  }
}

function warnOf(table: TableName, doubt: Doubt): string {
  const name = displayName(table)
  return doubt === 'written'
    ? `Rollback will refuse this batch: a trigger, a rule or a foreign key has written to ${name} as well, and nothing tells which rows are those of the import.`
    : `Rollback will refuse this batch: it cannot be seen whether triggers have written to ${name} as well. The owner of the table can import so that it can be undone.`
}
