import { describe, expect, it } from '@jest/globals'
import { type PostgresClient, queryRow } from '../../src/postgres/client.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { SideConnection, withSideConnection } from '../../src/postgres/side-connection.js'
import { withTestDatabase } from '../support/test-database.js'

const NOWHERE = parseDatabaseUrl('postgresql://127.0.0.1:1/none')

describe('a side connection', () => {
  it('is opened once, ahead or not', () =>
    withTestDatabase('', async (client, { url }) => {
      const pids = await withSideConnection(parseDatabaseUrl(url), async (side) => {
        side?.open()
        side?.open()
        return [await side?.use(readPid), await side?.use(readPid), await countOthers(client)]
      })

      expect(pids[0]).toBe(pids[1])
      expect(pids[2]).toBe(1)
    }))

  it('is not opened where nobody needs it', () =>
    withTestDatabase('', async (client, { url }) => {
      const others = await withSideConnection(parseDatabaseUrl(url), () => countOthers(client))

      expect(others).toBe(0)
    }))

  it('is another one after a failure', () =>
    withTestDatabase('', (_, { url }) =>
      withSideConnection(parseDatabaseUrl(url), async (side) => {
        const before = await side?.use(readPid)

        await expect(side?.use((client) => client.query('begin; wrong'))).rejects.toMatchObject({
          code: '42601',
        })

        const after = await side?.use(readPid)
        expect(after).not.toBe(before)
      }),
    ))

  it('tells why it cannot be had when it is used, not before', async () => {
    const side = new SideConnection(NOWHERE)

    side?.open()

    await expect(side?.use(readPid)).rejects.toMatchObject({ code: 'POSTGRES.UNREACHABLE' })
    await side?.close()
  })

  it('can be closed however it is', async () => {
    const side = new SideConnection(NOWHERE)
    side?.open()

    await side?.close()

    await expect(side?.close()).resolves.toBeUndefined()
  })
})

async function readPid(client: PostgresClient): Promise<number> {
  const { pid } = await queryRow<{ pid: number }>(client, {
    text: 'select pg_backend_pid() as pid',
    values: [],
  })
  return pid
}

/** Connections of ours to the database, that of the client excepted. */
async function countOthers(client: PostgresClient): Promise<number> {
  const { count } = await queryRow<{ count: number }>(client, {
    text: `\
select count(*)::int as count
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()`,
    values: [],
  })
  return count
}
