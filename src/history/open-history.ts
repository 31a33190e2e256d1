import { type PostgresClient, queryRows, runAll } from '../postgres/client.js'
import type { Server } from '../postgres/server.js'
import { newerHistory } from './history-error.js'
import { NEWEST_VERSION } from './history-schema.js'
import { type HistoryState, readHistoryState } from './history-state.js'
import { TOOL_VERSION } from './tool-version.js'

/** Whether the history can be written to. */
export interface HistoryAccess {
  readonly isOpen: boolean
  /** Whether there was one before: what failed can be told there. */
  readonly existed: boolean
  /** What a person should know. */
  readonly warnings: readonly string[]
}

/**
 * Looks whether an import could write its history. Creates nothing.
 *
 * @throws {GyroError} `HISTORY.NEWER`.
 */
export async function lookAtHistory(
  client: PostgresClient,
  server: Server,
): Promise<HistoryAccess> {
  return describeAccess(await readHistoryState(client, server), server)
}

/**
 * Creates the tables of the history, or brings them up to date, in the transaction that the client is
 * in. Others that want to do the same wait for its end.
 *
 * @throws {GyroError} `HISTORY.NEWER`.
 */
export async function openHistory(client: PostgresClient, server: Server): Promise<HistoryAccess> {
  const seen = await readHistoryState(client, server)
  if (seen.kind !== 'behind') {
    return describeAccess(seen, server)
  }
  await queryRows(client, { text: `select pg_advisory_xact_lock(${SCHEMA_LOCK})`, values: [] })
  // Somebody else may have done it while this one waited.
  const state = await readHistoryState(client, server)
  if (state.kind === 'behind') {
    await runAll(client, state.statements)
    await queryRows(client, {
      text: `\
insert into prisma_gyro.migration (version, tool_version)
select version, $2
from generate_series(1, $1::int) version
where version not in (select m.version from prisma_gyro.migration m)`,
      values: [NEWEST_VERSION, TOOL_VERSION],
    })
  }
  return { ...describeAccess(state, server), existed: state.kind === 'ready' || seen.exists }
}

/** Any number that no other lock uses. */
const SCHEMA_LOCK = '7453889121846035508'

/** What becomes impossible where there is no history. */
export const WITHOUT_HISTORY =
  'it cannot be undone by rollback, and nobody can look up which new key an old one became'

function describeAccess(state: HistoryState, { role }: Server): HistoryAccess {
  switch (state.kind) {
    case 'ready':
      return { isOpen: true, existed: true, warnings: [] }
    case 'behind':
      return { isOpen: true, existed: state.exists, warnings: [] }
    case 'newer':
      throw newerHistory(state, NEWEST_VERSION)
    case 'unsupported':
      return closed(`${state.flavour} does not tell which transaction wrote a row`)
    case 'forbidden': {
      const grants = state.grants.map((statement) => `${statement};`).join('\n')
      return closed(
        `the role "${role}" ${state.why}`,
        ` Let the owner or an administrator run:\n${grants}`,
      )
    }
  }
}

function closed(why: string, cure = ''): HistoryAccess {
  const warning = `The import is not kept in a history, as ${why}: ${WITHOUT_HISTORY}.${cure}`
  return { isOpen: false, existed: false, warnings: [warning] }
}
