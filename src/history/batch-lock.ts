import { type PostgresClient, queryRow, queryRows } from '../postgres/client.js'

/**
 * Claims a batch until the transaction ends. False when another connection has it: a batch that is
 * `IN_PROGRESS` and that nobody has claimed is one whose run crashed.
 */
export async function lockBatch(client: PostgresClient, id: string): Promise<boolean> {
  const { locked } = await queryRow<{ locked: boolean }>(client, {
    text: `select pg_try_advisory_xact_lock(${lockOf('$1')}) as locked`,
    values: [id],
  })
  return locked
}

/**
 * The process of the server that has claimed a batch; null for none. Claims nothing: nobody who wants
 * the batch is held up.
 */
export async function findBatchHolder(client: PostgresClient, id: string): Promise<number | null> {
  const [holder] = await queryRows<{ pid: number }>(client, {
    text: holdersOf('$1'),
    values: [id],
  })
  return holder?.pid ?? null
}

/**
 * That somebody has claimed a batch, as a condition of SQL.
 *
 * @param id An expression that gives the id.
 */
export function isClaimed(id: string): string {
  return `exists (${holdersOf(id)})`
}

function holdersOf(id: string): string {
  return `\
select l.pid
from pg_catalog.pg_locks l
join pg_catalog.pg_database d on d.oid = l.database
where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
  and d.datname = current_database()
  and (l.classid::bigint << 32) + l.objid::bigint = ${lockOf(id)}`
}

/** The same until the connection ends, across transactions: `findBatchHolder` sees it all along. */
export async function holdBatch(client: PostgresClient, id: string): Promise<boolean> {
  const { locked } = await queryRow<{ locked: boolean }>(client, {
    text: `select pg_try_advisory_lock(${lockOf('$1')}) as locked`,
    values: [id],
  })
  return locked
}

/** 64 bits of a hash of the id: apart from the lock of all imports, and as good as unique. */
function lockOf(id: string): string {
  return `hashtextextended(${id}::uuid::text, 7453889121846035507)`
}
