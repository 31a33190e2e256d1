import { createServer, type Server } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { connect, withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTestDatabase } from '../support/test-database.js'

const PASSWORD = 'pass-4711'

describe('connect', () => {
  it('opens a connection under our name', () =>
    withTestDatabase('', async (_, { url }) => {
      const client = await connect(parseDatabaseUrl(url))

      const { rows } = await client.query('show application_name')
      await client.end()

      expect(rows).toEqual([{ application_name: 'prisma-gyro' }])
    }))

  it('takes a password with characters that are percent-encoded', () =>
    withTestDatabase('', async (client, { url }) => {
      const role = `r${Math.random().toString(36).slice(2)}`
      await client.query(`create role ${role} login password 'a@b/c#d%'`)
      const own = Object.assign(new URL(url), { username: role })
      own.password = encodeURIComponent('a@b/c#d%')

      const user = await withConnection(parseDatabaseUrl(own.href), async (other) => {
        const { rows } = await other.query<{ user: string }>('select current_user as user')
        return rows[0]?.user
      })

      expect(user).toBe(role)
    }))

  it('takes the URL that Prisma has for a pooler', () =>
    withTestDatabase('', async (_, { url }) => {
      const pooled = `${url}?pgbouncer=true&connection_limit=1&pool_timeout=0&statement_cache_size=0&channel_binding=prefer&connect_timeout=5`

      const { rows } = await withConnection(parseDatabaseUrl(pooled), (client) =>
        client.query('select 1 as one'),
      )

      expect(rows).toEqual([{ one: 1 }])
    }))

  it('survives the loss of its connection while nobody waits', () =>
    withTestDatabase('', async (client, { url }) => {
      const other = await connect(parseDatabaseUrl(url))
      const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')

      await client.query(`select pg_terminate_backend(${rows[0]?.pid})`)

      await expect(other.query('select 1')).rejects.toThrow()
    }))

  it.each([
    ['a port where nobody listens', 'localhost:1', /ECONNREFUSED/],
    ['a host that does not exist', 'nowhere.invalid', /ENOTFOUND|EAI_AGAIN/],
  ])('says that %s cannot be reached', async (_, host, why) => {
    const error = await connect(parseDatabaseUrl(`postgresql://joe:${PASSWORD}@${host}/db`)).catch(
      (reason: unknown) => reason,
    )

    expect(error).toMatchObject({
      code: 'POSTGRES.UNREACHABLE',
      details: { why: expect.stringMatching(why), meta: { target: `postgresql://joe@${host}/db` } },
    })
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(PASSWORD)
  })

  it('says what else the server has against it', () =>
    withTestDatabase('', async (client, { url }) => {
      const role = `r${Math.random().toString(36).slice(2)}`
      await client.query(`create role ${role} login password 'x' connection limit 0`)
      const own = Object.assign(new URL(url), { username: role, password: 'x' })

      const connecting = connect(parseDatabaseUrl(own.href))

      await expect(connecting).rejects.toMatchObject({
        code: 'POSTGRES.UNREACHABLE',
        details: {
          why: expect.stringMatching(/too many connections for role/),
          meta: { sqlstate: '53300' },
        },
      })
    }))

  it('says that a server which is none cannot be reached', () =>
    withServer(async (port) => {
      const connecting = connect(parseDatabaseUrl(`postgresql://joe:x@127.0.0.1:${port}/db`))

      await expect(connecting).rejects.toMatchObject({ code: 'POSTGRES.UNREACHABLE' })
    }))
})

describe('withConnection', () => {
  it('ends the connection also when its use rejects', () =>
    withTestDatabase('', async (_, { url }) => {
      const failure = new Error('no')
      const ended: Promise<unknown>[] = []

      const using = withConnection(parseDatabaseUrl(url), (client) => {
        ended.push(new Promise((resolve) => Object(client).once('end', resolve)))
        throw failure
      })

      await expect(using).rejects.toBe(failure)
      await expect(Promise.all(ended)).resolves.toHaveLength(1)
    }))

  it('does not mind a connection that is gone already', () =>
    withTestDatabase('', async (_, { url }) => {
      const result = await withConnection(parseDatabaseUrl(url), async (client) => {
        await client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
        return 'done'
      })

      expect(result).toBe('done')
    }))
})

/** Something that hangs up on whoever connects. */
async function withServer(use: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(Object(server.address()).port)
  } finally {
    server.close()
  }
}
