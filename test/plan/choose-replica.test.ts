import { expect, it } from '@jest/globals'
import { chooseReplica } from '../../src/plan/choose-replica.js'
import { cannotReplicate } from '../../src/plan/release-error.js'
import { withTestDatabase } from '../support/test-database.js'
import { buildCatalog } from './plan-builders.js'

it('does not try on Citus, whose other servers would not hear of it', () =>
  withTestDatabase('', async (client) => {
    const decided = { groups: [], models: [] }
    const catalog = { ...buildCatalog(), isCitus: true }

    const { release, problems } = await chooseReplica(client, { decided, catalog, emptied: [] })

    expect(release).toBeNull()
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'PLAN.CANNOT_REPLICATE: Foreign keys cannot be silenced. Citus checks them on other servers, which do not hear of session_replication_role. Leave --fk-mode replica out.',
    ])
  }))

it('knows that nobody can be allowed to before PostgreSQL 15', () => {
  const { details } = cannotReplicate({ ...buildCatalog(), serverVersion: 140_000 })

  expect(details.fix).toBe('Leave --fk-mode replica out, or import as a role that may set it.')
})
