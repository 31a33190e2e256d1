import { describe, expect, it } from '@jest/globals'
import { cancelOnAbort } from '../../src/postgres/cancel-on-abort.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTestDatabase } from '../support/test-database.js'

describe('cancelOnAbort', () => {
  it('gives the result of work that nobody stops', () =>
    withTestDatabase('', async (client, { url }) => {
      const { signal } = new AbortController()

      const result = await cancelOnAbort(
        { client, url: parseDatabaseUrl(url), signal },
        async () => 7,
      )

      expect(result).toBe(7)
    }))

  it('has the server stop the statement it is in, and nothing that follows', () =>
    withTestDatabase('', async (client, { url }) => {
      const running = cancelOnAbort(
        { client, url: parseDatabaseUrl(url), signal: AbortSignal.timeout(100) },
        () => client.query('select pg_sleep(30)'),
      )

      await expect(running).rejects.toMatchObject({ code: '57014' })
      const after = await client.query('select pg_sleep(0.3)')
      expect(after.rowCount).toBe(1)
    }))

  it('does not begin when it was stopped before', () =>
    withTestDatabase('', async (client, { url }) => {
      let hasBegun = false

      const running = cancelOnAbort(
        { client, url: parseDatabaseUrl(url), signal: AbortSignal.abort() },
        async () => {
          hasBegun = true
        },
      )

      await expect(running).rejects.toMatchObject({ name: 'AbortError' })
      expect(hasBegun).toBe(false)
    }))

  it('lets the work end by itself when the server cannot be told', () =>
    withTestDatabase('', async (client) => {
      const controller = new AbortController()
      const url = parseDatabaseUrl('postgresql://joe:x@127.0.0.1:1/db')

      const result = await cancelOnAbort({ client, url, signal: controller.signal }, async () => {
        controller.abort()
        return 'ended'
      })

      expect(result).toBe('ended')
    }))
})
