import { describe, expect, it } from '@jest/globals'
import { queryRow } from '../../src/postgres/client.js'
import { findOutcome, readTransactionId } from '../../src/postgres/commit-outcome.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTestDatabase } from '../support/test-database.js'

const NOWHERE = parseDatabaseUrl('postgresql://joe:x@127.0.0.1:1/db')

describe('findOutcome', () => {
  it.each([
    ['commit', 'committed'],
    ['rollback', 'aborted'],
  ])('knows what became of a transaction after %s', (end, outcome) =>
    withTestDatabase('create table note (id int)', async (client, { url }) => {
      await client.query('begin; insert into note values (1)')
      const id = await readTransactionId(client)
      await client.query(end)

      expect(id).toEqual({
        xid: expect.stringMatching(/^\d+$/),
        server: expect.stringMatching(/^\d+\/00000001$/),
      })
      expect(id && (await findOutcome({ url: parseDatabaseUrl(url) }, id))).toBe(outcome)
    }),
  )

  it('gives up on a server that cannot be reached', async () => {
    const outcome = await findOutcome(
      { url: NOWHERE, patience: 100 },
      { xid: '7', server: '1/00000001' },
    )

    expect(outcome).toBe('unknown')
  })

  it('does not know a transaction that is too long ago', () =>
    withTestDatabase('', async (client, { url }) => {
      const { server } = await queryRow<{ server: string }>(client, {
        text: `\
select (select system_identifier from pg_control_system()) || '/00000001' as server`,
        values: [],
      })

      // Before the first one that any server gives.
      const outcome = await findOutcome({ url: parseDatabaseUrl(url) }, { xid: '0', server })

      expect(outcome).toBe('unknown')
    }))
})
