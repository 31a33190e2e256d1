import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'
import { changedRows, isMarkedBy } from './mark-statements.js'
import type { ScopeTable } from './rollback-scope.js'

/**
 * Tells the batches before this one that rows are theirs again, unchanged: those that they had written,
 * that this one has updated, and that hold again what they did. Else each of them would take the rollback
 * for a change that somebody made.
 */
export async function passOnRows(
  client: PostgresClient,
  batch: string,
  { model, table }: { readonly model: string; readonly table: ScopeTable },
): Promise<void> {
  await queryRows(client, keepRestored(batch, model, table))
}

function keepRestored(batch: string, model: string, table: ScopeTable): Statement {
  return {
    text: `\
insert into prisma_gyro.restored_row (batch_id, model, key, xid)
select o.batch_id, $2, m.key, t.xmin
from ${qualify(changedRows(table))} m
join ${qualify(table)} t on ${isMarkedBy(table, 't', 'm')}
join lateral (
  select w.batch_id
  from prisma_gyro.write w
  where w.model = $2 and w.xid = m.xid
  union
  select r.batch_id
  from prisma_gyro.restored_row r
  where r.model = $2 and r.key = m.key and r.xid = m.xid
) o on o.batch_id <> $1
where m.is_ours
on conflict (batch_id, model, key) do update set xid = excluded.xid`,
    values: [batch, model],
  }
}
