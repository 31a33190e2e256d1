import { newerHistory, noHistory } from '../history/history-error.js'
import { NEWEST_VERSION } from '../history/history-schema.js'
import { readHistoryState } from '../history/history-state.js'
import { hasHistory } from '../history/read-batch.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import type { Server } from '../postgres/server.js'
import { missingPrivileges } from './rollback-error.js'

/**
 * Expects that there is a history, and that the role may write it.
 *
 * @throws {GyroError} `HISTORY.NONE`, `HISTORY.NEWER`, `ROLLBACK.MISSING_PRIVILEGE`.
 */
export async function expectHistory(client: PostgresClient, server: Server): Promise<void> {
  if (!(await hasHistory(client))) {
    throw noHistory()
  }
  const state = await readHistoryState(client, server)
  if (state.kind === 'newer') {
    throw newerHistory(state, NEWEST_VERSION)
  }
  if (state.kind === 'forbidden') {
    const on = 'the tables of the schema prisma_gyro'
    const grants = state.grants.map((grant) => `${grant};`)
    throw missingPrivileges(server.role, [{ privileges: ['the rights to write'], on }], grants)
  }
  const kept = await queryRows<{ on: string }>(client, {
    text: `\
select format('prisma_gyro.%I', c.relname) as on
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'prisma_gyro' and c.relname in ('before_image', 'restored_row')
  and not has_table_privilege(c.oid, 'DELETE')
order by 1`,
    values: [],
  })
  if (kept.length > 0) {
    const missing = kept.map(({ on }) => ({ privileges: ['delete'], on }))
    const to = quoteIdentifier(server.role)
    const grants = kept.map(({ on }) => `grant delete on ${on} to ${to};`)
    throw missingPrivileges(server.role, missing, grants)
  }
}
