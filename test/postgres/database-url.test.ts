import { describe, expect, it } from '@jest/globals'
import { describeDatabase, parseDatabaseUrl } from '../../src/postgres/database-url.js'

describe('parseDatabaseUrl', () => {
  it.each([
    ['postgresql://joe:x@host:5432/db', 'public'],
    ['postgres://joe@host/db?schema=shop', 'shop'],
    ['postgresql://host/db?schema=', 'public'],
    ['postgresql://host/db?schema=My%20Schema', 'My Schema'],
  ])('reads the schema of %s: %s', (text, schema) => {
    expect(parseDatabaseUrl(text).schema).toBe(schema)
  })

  it('leaves out what only Prisma knows and keeps what the driver knows', () => {
    const { connectionString } = parseDatabaseUrl(
      'postgresql://joe:x@host/db?schema=a&connection_limit=1&pool_timeout=2&max_idle_connection_lifetime=9&single_use_connections=true&pgbouncer=true&socket_timeout=3&statement_cache_size=0&sslaccept=strict&sslmode=disable&options=-c%20geqo%3Doff',
    )

    expect(connectionString).toBe(
      'postgresql://joe:x@host/db?sslmode=disable&options=-c+geqo%3Doff',
    )
  })

  it.each([
    ['postgresql://host/db', null],
    ['postgresql://host:5432/db?pgbouncer=false', null],
    ['postgresql://host/db?pgbouncer=true', 'pgbouncer=true'],
    ['postgresql://host:6432/db', 'port 6432'],
    ['postgresql://host:6543/db?pgbouncer=true', 'port 6543'],
    [
      'postgresql://ep-cool-1-pooler.eu-central-1.aws.neon.tech/db',
      'the host ep-cool-1-pooler.eu-central-1.aws.neon.tech',
    ],
    ['postgresql://ep-cool-1.eu-central-1.aws.neon.tech/db', null],
    [
      'postgresql://aws-0-eu-central-1.pooler.supabase.com:5432/db',
      'the host aws-0-eu-central-1.pooler.supabase.com',
    ],
    ['postgresql://db.abc.supabase.co/db', null],
    ['postgresql://pooled.db.prisma.io/db', 'the host pooled.db.prisma.io'],
    ['postgresql://db.prisma.io/db', null],
  ])('finds a sign of a pooler in %s: %s', (text, sign) => {
    expect(parseDatabaseUrl(text).poolerSign).toBe(sign)
  })

  it.each([
    ['', null],
    ['host/db', null],
    ['postgresql://host:99999/db', null],
    ['mysql://joe:pass-4711@host/db', 'mysql:'],
    ['prisma+postgres://accelerate/?api_key=pass-4711', 'prisma+postgres:'],
  ])('refuses %j, and tells no password', (text, protocol) => {
    const parse = () => parseDatabaseUrl(text)

    expect(parse).toThrow(
      expect.objectContaining({
        code: 'POSTGRES.INVALID_URL',
        message: expect.not.stringMatching(/4711/),
        details: expect.objectContaining({ meta: { protocol } }),
      }),
    )
  })
})

describe('describeDatabase', () => {
  it.each([
    ['postgresql://joe:pass@host:5432/db?sslmode=disable', 'postgresql://joe@host:5432/db'],
    ['postgres://host/db', 'postgresql://host/db'],
    ['postgresql://:pass@[::1]/db', 'postgresql://[::1]/db'],
  ])('tells of %s only %s', (text, told) => {
    expect(describeDatabase(parseDatabaseUrl(text))).toBe(told)
  })
})
