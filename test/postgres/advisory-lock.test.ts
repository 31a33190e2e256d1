import { describe, expect, it } from '@jest/globals'
import { tryImportLock } from '../../src/postgres/advisory-lock.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTestDatabase } from '../support/test-database.js'

describe('tryImportLock', () => {
  it('is had by one transaction of a database at a time', () =>
    withTestDatabase('', (client, { url }) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        await client.query('begin')
        const first = await tryImportLock(client)
        const meanwhile = await tryImportLock(other)
        await client.query('rollback')
        const afterwards = await tryImportLock(other)

        expect([first, meanwhile, afterwards]).toEqual([true, false, true])
      }),
    ))

  it('is another one in each database', () =>
    withTestDatabase('', (client) =>
      withTestDatabase('', async (other) => {
        await client.query('begin')

        expect([await tryImportLock(client), await tryImportLock(other)]).toEqual([true, true])
      }),
    ))
})
